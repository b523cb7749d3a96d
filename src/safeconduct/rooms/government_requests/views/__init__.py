"""Pages of the desk and the portal: parse, call one action or one query, render."""
