"""Where compiled kernels are kept between runs of the tests: in the repository's own cache."""

import os
from pathlib import Path

os.environ.setdefault("FAIRTONE_CACHE", str(Path(__file__).parents[2] / ".cache" / "kernels"))
