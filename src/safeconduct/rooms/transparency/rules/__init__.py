"""The room's pure rules: lifecycle, what a matter counts as, wording, geometry of charts."""
