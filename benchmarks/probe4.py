import io,contextlib
with contextlib.redirect_stdout(io.StringIO()):
    from probe2 import *
import jax.numpy as jnp
from weakscatter.scattering import fold, slots
resp=[t.response for t in tg]
f1=jax.jit(lambda T: [ (r.proton_amplitude(jnp.sqrt(2*r.nuclide.mass*T)), r.neutron_amplitude(jnp.sqrt(2*r.nuclide.mass*T))) for r in resp]); f1(T)
print("formfactors", tm(lambda: jax.block_until_ready(f1(T))))
f0=jax.jit(lambda T: T+1); f0(T); print("nothing",tm(lambda: jax.block_until_ready(f0(T))))
ch=th.charges(); lay=slots(ch)
print(len(ch),len(lay),[(c.structure,c.on,c.mass) for c in lay])
def nodes(T): return [r.nodes(T,r.levels[0]).weighted_response for r in resp]
f2=jax.jit(lambda T:[list(x.values()) for x in nodes(T)]); f2(T); print("nodes",tm(lambda: jax.block_until_ready(f2(T))))
f3=jax.jit(lambda T:[c.tail(T) for c in beam.components]); f3(T); print("tail",tm(lambda: jax.block_until_ready(f3(T))))
if hasattr(beam.components[0],'moments'):
    f3=jax.jit(lambda T:[c.moments(T) for c in beam.components]); f3(T); print("moments",tm(lambda: jax.block_until_ready(f3(T))))
f4=jax.jit(lambda T:[[[x.weight for x in fold(lay,r,c,T)] for c in beam.components] for r in resp]); f4(T); print("fold",tm(lambda: jax.block_until_ready(f4(T))))
f5=jax.jit(lambda T:{k:[x.weight for x in v] for k,v in M.folded(T).items()}); f5(T); print("folded summed",tm(lambda: jax.block_until_ready(f5(T))))
f6=jax.jit(lambda T:M.spectra(T)); f6(T); print("spectra (const inputs)",tm(lambda: jax.block_until_ready(f6(T))))
print("program",tm(lambda:jax.block_until_ready(p(*a))))
# helper: only the matrices
from weakscatter.scattering import slot_matrices
f7=jax.jit(lambda r: slot_matrices((Weak(explicit_couplings((.1,.2,.3),-.5))+ChargeRadius(r)+Millicharge(r)).charges(),lay,False)); f7(c.radius); print("matrices", tm(lambda: jax.block_until_ready(f7(c.radius))))
