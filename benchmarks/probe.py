import time, numpy as np, statistics as st
import weakscatter
from weakscatter.flux import pion_decay_at_rest
from weakscatter.matter import material
from weakscatter.model import nuclear_targets, recoil_spectrum
from weakscatter.response import NuclearResponse
from weakscatter.interactions import *
from weakscatter.units import kg, m, cm, MeV
import reference as R
rng=np.random.default_rng(1)
def herm(s):
    a=rng.normal(size=(3,3))+1j*rng.normal(size=(3,3)); return s*(a+a.conj().T)/2
T=np.linspace(0.1e-3,46e-3,200)
src=R.Source()
def draw(moment=False):
    return R.Couplings(rng.normal(0.04,0.02,3), rng.normal(-.5,.02), herm(20.), herm(1e-7), herm(1e-9) if moment else np.zeros((3,3)))
def ours(c):
    th=Weak(explicit_couplings(tuple(c.proton.tolist()), c.neutron))+ChargeRadius(c.radius*1e-32*cm**2)+Millicharge(c.charge)
    if c.moment.any(): th=th+MagneticMoment(c.moment)
    beam=pion_decay_at_rest(src.protons,src.yield_per_flavour,src.distance*m)
    tg=nuclear_targets(material("CsI"),src.mass*kg,NuclearResponse)
    return recoil_spectrum(beam,tg,th,T)
for mom in (False,True):
    c=draw(mom)
    o=ours(c)
    for n in (1,2,3,4,64):
        r=R.recoil_spectrum(T,c,src,nodes=n)
        print(n,{k:float(np.max(np.abs(np.asarray(o[k])-r[k])/np.max(r[k]))) for k in r}, {k:float(np.max(np.abs(np.asarray(o[k])/np.where(r[k]>0,r[k],np.nan)-1)[r[k]>0])) for k in r})
    to,tr=[],[]
    for _ in range(100):
        c=draw(mom)
        t=time.perf_counter(); {k:np.asarray(v) for k,v in ours(c).items()}; to.append(time.perf_counter()-t)
        t=time.perf_counter(); R.recoil_spectrum(T,c,src); tr.append(time.perf_counter()-t)
    print("ours",st.median(to)*1e3,"ref",st.median(tr)*1e3)
