"""How the kernels that execute the chapters draw: SVG on a transparent ground."""

c = get_config()  # noqa: F821
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
c.InlineBackend.rc = {
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "svg.hashsalt": "figure",
}
c.IPKernelApp.log_level = "ERROR"
