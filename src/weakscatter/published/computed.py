"""Our numbers of every data set, each computed when it is first asked for and then kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from weakscatter.published.csi_2017 import CsI2017
from weakscatter.published.csi_2021 import CsI2021
from weakscatter.published.kouzakov2021 import MillichargeOnArgon
from weakscatter.published.lar_2020 import LAr2020


@dataclass(frozen=True, eq=False)
class Computed:
    """One field a data set."""

    csi_2017: CsI2017 = field(default_factory=CsI2017)
    csi_2021: CsI2021 = field(default_factory=CsI2021)
    lar_2020: LAr2020 = field(default_factory=LAr2020)
    millicharge_on_argon: MillichargeOnArgon = field(default_factory=MillichargeOnArgon)
