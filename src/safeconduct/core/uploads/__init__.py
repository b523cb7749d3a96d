"""What may be sent to us as a paper: type by content, structure, and strict limits. Nothing here renders or decodes."""
