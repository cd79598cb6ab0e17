"""Figures: every function returns a `matplotlib.figure.Figure` and writes nothing; `save` and `draw` write.

Arrays come in natural units, as the rest of the library gives them, and are drawn in the unit that the axis names.
Which one to use: `cross_section`, `recoil_spectrum` and `contributions` for predictions, `data_and_fit` for data with
a stacked prediction, `profile_curve` for one parameter, `profile_and_marginal` with its posterior, `sensitivities` for
expected limits, `contour` for two, `profiles` and `planes` for several measurements of them, `exclusions` of mediators,
`running_angle` for the weak mixing angle, `level_scheme` for nuclei, `photoabsorption` and `orbital_energies`
for atoms, `solar_fluxes` and `survival_probability` for the Sun, `draw` for the document of a card.
No pyplot and no global settings are touched: figures can be made in any thread, script or notebook.
"""

from __future__ import annotations

from weakscatter.plot.contour import contour, regions
from weakscatter.plot.contributions import contributions
from weakscatter.plot.cross_section import cross_section
from weakscatter.plot.data_and_fit import data_and_components, data_and_fit
from weakscatter.plot.documents import draw, figure_of
from weakscatter.plot.exclusion import ExclusionPanel, exclusions
from weakscatter.plot.level_scheme import Column, level_scheme
from weakscatter.plot.overview import overview
from weakscatter.plot.photoabsorption import orbital_energies, photoabsorption
from weakscatter.plot.planes import planes
from weakscatter.plot.profile_and_marginal import both_curves, profile_and_marginal
from weakscatter.plot.profile_curve import curve_and_interval, profile_curve
from weakscatter.plot.profiles import profiles
from weakscatter.plot.recoil_spectrum import recoil_spectrum
from weakscatter.plot.running_angle import running_angle
from weakscatter.plot.save import save
from weakscatter.plot.sensitivities import sensitivities
from weakscatter.plot.sun import solar_fluxes, survival_probability

__all__ = [
    "Column", "ExclusionPanel", "both_curves", "contour", "contributions", "cross_section", "curve_and_interval",
    "data_and_components", "data_and_fit", "draw", "exclusions", "figure_of", "level_scheme", "orbital_energies", "overview",
    "photoabsorption", "planes",
    "profile_and_marginal", "profile_curve", "profiles", "recoil_spectrum", "regions", "running_angle", "save",
    "sensitivities", "solar_fluxes", "survival_probability",
]  # fmt: skip
