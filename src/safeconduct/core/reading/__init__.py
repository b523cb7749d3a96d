"""Reading, never deciding: from the words of a paper, with their places, to proposals that a person confirms or not."""
