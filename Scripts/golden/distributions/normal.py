from reference import *
def up(z): return mp.erfc(mp.mpf(z)/mp.sqrt(2))/2
with open("n_cdf.txt","w") as f:
    for z in [0.0,1e-10,0.1,0.5,0.674,1,1.5,1.96,2.5,3,4,5,6,8,10,15,20,25,30,35,37]:
        f.write(f"{z!r} {d(up(z))} {d(1-up(z))}\n")
with open("n_q.txt","w") as f:
    for p in [1e-300,1e-200,1e-100,1e-50,1e-20,1e-10,1e-5,0.001,0.01,0.025,0.1,0.25,0.4,0.49,0.4999,0.49999999,0.50000001,0.51,0.6,0.75,0.9,0.95,0.975,0.99,0.995,0.9999,0.999999]:
        P=mp.mpf(p)
        s=mp.findroot(lambda z:mp.log(up(-z)/P),R(f"qnorm({p!r})"))
        f.write(f"{p!r} {d(s)}\n")
