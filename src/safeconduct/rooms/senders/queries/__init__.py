"""Reads of the room: ids and sealed objects' ids; the faces open the words through the vault process."""
