"""What the gate refuses. A refusal keeps nothing, and each says what the sender can do instead."""

from safeconduct.core.base.errors import BadInputError


class UploadRefusedError(BadInputError):
    """We cannot take this file."""

    code = "SC-UPLOAD"
    cure = "Send the paper as PDF of at most 32 MB. Nothing of this file was kept."


class EmptyUploadError(UploadRefusedError):
    """This file is empty."""

    code = "SC-UPLOAD-EMPTY"
    cure = "Choose the file again; if it stays empty, save the paper as PDF once more."


class TooLargeError(UploadRefusedError):
    """This is more than we take at once."""

    code = "SC-UPLOAD-TOO-LARGE"
    cure = "Scan at 200 to 300 dots per inch in black and white, or send the paper in parts."


class TooManyFilesError(UploadRefusedError):
    """These are more files than one paper has."""

    code = "SC-UPLOAD-FILES"
    cure = "Send one file for the paper, and one for an order served with it."


class BrokenOffError(UploadRefusedError):
    """The file did not arrive whole."""

    code = "SC-UPLOAD-BROKEN-OFF"
    cure = "Send it again. Nothing of it was kept."


class UnknownTypeError(UploadRefusedError):
    """This is no kind of file that we take."""

    code = "SC-UPLOAD-TYPE"
    cure = "Save or print the paper as PDF; a scan may also be PNG, JPEG or TIFF, and several of these a ZIP archive."


class DisagreeError(UploadRefusedError):
    """The name of this file says one kind, its content another."""

    code = "SC-UPLOAD-MISMATCH"
    cure = "Save or print the paper as PDF with the ending .pdf, then send that."


class PolyglotError(UploadRefusedError):
    """This file is of two kinds at once."""

    code = "SC-UPLOAD-POLYGLOT"
    cure = "Print the paper to a new PDF, then send that."


class PdfStructureError(UploadRefusedError):
    """This PDF is damaged or incomplete."""

    code = "SC-UPLOAD-PDF-STRUCTURE"
    cure = "Print the paper to a new PDF, then send that."


class PdfEncryptedError(UploadRefusedError):
    """This PDF is encrypted."""

    code = "SC-UPLOAD-PDF-ENCRYPTED"
    cure = "Send a copy without encryption or password; it is sealed as soon as it arrives."


class TooManyPagesError(UploadRefusedError):
    """This has more pages than we take at once."""

    code = "SC-UPLOAD-PAGES"
    cure = "Send the paper in parts."


class ImageDamagedError(UploadRefusedError):
    """This picture is damaged or incomplete, or has something else behind it."""

    code = "SC-UPLOAD-IMAGE-STRUCTURE"
    cure = "Scan the paper again, or print it to PDF, then send that."


class ImageTooLargeError(UploadRefusedError):
    """This picture has more pixels than we take."""

    code = "SC-UPLOAD-IMAGE-PIXELS"
    cure = "Scan the paper at 200 to 300 dots per inch."


class ZipStructureError(UploadRefusedError):
    """This archive is damaged, or its parts contradict each other."""

    code = "SC-UPLOAD-ZIP-STRUCTURE"
    cure = "Pack the files again as a plain ZIP archive, or send one PDF."


class ZipEncryptedError(UploadRefusedError):
    """This archive is encrypted."""

    code = "SC-UPLOAD-ZIP-ENCRYPTED"
    cure = "Pack the files without a password, or send one PDF; it is sealed as soon as it arrives."


class ZipNameError(UploadRefusedError):
    """A name in this archive is not one that we take."""

    code = "SC-UPLOAD-ZIP-NAME"
    cure = "Give the files plain names of their own, without folders above, then pack them again."


class ZipLinkError(UploadRefusedError):
    """This archive holds something that is neither file nor folder."""

    code = "SC-UPLOAD-ZIP-LINK"
    cure = "Pack the files themselves, not links to them."


class ZipNestedError(UploadRefusedError):
    """This archive holds another archive."""

    code = "SC-UPLOAD-ZIP-NESTED"
    cure = "Unpack the inner archive and pack all files once, or send one PDF."


class ZipCountError(UploadRefusedError):
    """This archive holds no file, or more than we take."""

    code = "SC-UPLOAD-ZIP-COUNT"
    cure = "Pack at most fifty files, or send one PDF."


class ZipSizeError(UploadRefusedError):
    """This archive unpacks to more than we take."""

    code = "SC-UPLOAD-ZIP-SIZE"
    cure = "Send fewer or smaller files at once."
