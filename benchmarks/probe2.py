from probe import *
import cProfile,pstats
beam=pion_decay_at_rest(src.protons,src.yield_per_flavour,src.distance*m)
tg=nuclear_targets(material("CsI"),src.mass*kg,NuclearResponse)
def tm(f,n=200):
    o=[]
    for _ in range(n):
        t=time.perf_counter(); f(); o.append(time.perf_counter()-t)
    return st.median(o)*1e6
c=draw()
def mk(): return Weak(explicit_couplings(tuple(c.proton.tolist()), c.neutron))+ChargeRadius(c.radius*1e-32*cm**2)+Millicharge(c.charge)
print("beam",tm(lambda:pion_decay_at_rest(src.protons,src.yield_per_flavour,src.distance*m)),"targets",tm(lambda:nuclear_targets(material("CsI"),src.mass*kg,NuclearResponse)),"theory",tm(mk))
th=mk()
from weakscatter.grids import compilation as C
from weakscatter.model import Model
from weakscatter.model.spectra import _spectra
import jax
M=Model(beam,th,tg)
print("compiled",tm(lambda:jax.block_until_ready(recoil_spectrum(beam,tg,th,T))))
def fl():
    l=C._Leaves(); return C._flatten((_spectra,(M,T),{}),l),l
print("flatten",tm(fl))
sk,l=fl()
print("hash+lookup",tm(lambda:C._program(sk)), "pack", tm(lambda:(C._pack(l.floats,float),)))
p=C._program(sk); a=(C._pack(l.floats,float), C._pack(l.complexes,complex) if l.complexes else (), tuple(l.arrays))
print("program",tm(lambda:jax.block_until_ready(p(*a))))
print(len(l.floats),len(l.complexes),[x.shape for x in l.arrays])
r=p(*a)
print("open",tm(lambda:r.open()))
print("asarray",tm(lambda:{k:np.asarray(v) for k,v in r.open().items()}))
pj=p.lower(*a).compile()
print(pj.cost_analysis().get('flops'))
print("ref",tm(lambda:R.recoil_spectrum(T,c,src)))
import re,collections
t=pj.as_text()
entry=t[t.index('ENTRY'):]
print(collections.Counter(re.findall(r'= \S+ ([a-z\-]+)\(',entry)))
