from reference import *
rows=[]
for df in [1,2,2.5,5,30,199,5584,1000000]:
    for t in [1e-8,0.01,0.5,1,1.5,1.96,2.5,4,10,25,36,1e3,1e10,1e100]:
        if df>=1e5 and t>40: continue
        up=t_upper(t,df)
        if up<mp.mpf(10)**-305: continue
        rows.append((df,t,up))
for df,t in [(30,1e11),(199,350.),(5584,38.9),(199,1e3)]:
    up=t_upper(t,df)
    if up>mp.mpf(10)**-305: rows.append((df,t,up))
with open("t_cdf.txt","w") as f:
    for df,t,up in rows: f.write(f"{df:g} {t!r} {d(up)} {d(1-up)}\n")
q=[]
for df in [1,2,2.5,5,30,199,5584,1000000]:
    for p in [0.5000001,0.55,0.75,0.9,0.975,0.995,0.9999,0.0001,1e-10,1e-50,1e-300]:
        if df>1e5 and p<1e-50: continue
        P=mp.mpf(p)
        upper=P if p<0.5 else 1-P
        start=R(f"-qt({p!r},{df})" if p<0.5 else f"qt({p!r},{df})")
        if not math.isfinite(start): start=R(f"exp(-log({p!r})/{df})")
        x=newton(start,upper,lambda v:t_upper(v,df),lambda v:t_density(v,df))
        if abs(t_upper(x,df)/upper-1)>mp.mpf(10)**-25: print("no",df,p); continue
        q.append((df,p,-x if p<0.5 else x))
with open("t_q.txt","w") as f:
    for df,p,x in q: f.write(f"{df:g} {p!r} {d(x)}\n")
