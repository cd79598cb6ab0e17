import numpy as np, time, reference as R
T=np.linspace(0.1e-3,46e-3,200); c=R.Couplings(); s=R.Source()
e=R.recoil_spectrum(T,c,s,nodes=32)
for n in (300,600,900,1000,1100,1200,1300,1400,1500,1600,2000,3000):
    ts=[]
    for _ in range(5):
        t=time.perf_counter(); x=R.recoil_spectrum(T,c,s,rule=R.fixed_rule,nodes=n); ts.append(time.perf_counter()-t)
    print(n,[float(np.max(abs(x[k]/np.where(e[k]>0,e[k],1)-1)[e[k]>1e-2*e[k].max()])) for k in x],[float(np.max(abs(x[k]-e[k])/e[k].max())) for k in x],np.median(ts)*1e3)
