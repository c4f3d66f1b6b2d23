suppressMessages(library(survey))
p <- function(n, x) cat(n, sprintf("%.15g", as.numeric(x)), "\n")
d <- data.frame(
 h=c(rep("A",6),rep("B",8)), psu=c(1,1,2,2,3,3,4,4,4,5,5,6,6,6),
 n1=c(rep(10,6),rep(12,8)), n2=c(6,6,8,8,4,4,9,9,9,5,5,7,7,7),
 w=c(10,10,13.5,13.5,6.5,6.5,12,12,12,10,10,9.25,9.25,9.25),
 y=c(3,5,2,7,4,4,6,1,5,8,3,5,2,4), x=c(1.5,2.5,2,3,1,2.25,4,0.5,2,3.5,1.25,2,1,2.75),
 g=c("u","v","u","u","v","v","w","u","v","u","w","w","u","v"),
 nh=c(rep(40,6),rep(60,8)), b=c(1,0,1,1,0,0,1,0,0,1,1,0,1,0))
show <- function(tag, des) {
 for (nm in c("mean","total")) { e <- if (nm=="mean") svymean(~y, des) else svytotal(~y, des); p(paste(tag,nm), c(coef(e), SE(e))) }
 e <- svyratio(~y, ~x, des); p(paste(tag,"ratio"), c(coef(e), SE(e)))
 e <- svyvar(~y, des); p(paste(tag,"var"), c(coef(e), SE(e)))
 e <- svymean(~factor(g), des); p(paste(tag,"prop"), c(coef(e), SE(e)))
 p(paste(tag,"df"), degf(des)) }
srs <- svydesign(id=~1, data=transform(d, N=100, w=100/14), weights=~w, fpc=~N); show("srs", srs)
str <- svydesign(id=~1, strata=~h, weights=~w, data=d, fpc=~nh); show("strat", str)
two <- svydesign(id=~psu+I(1:14), strata=~h, weights=~w, fpc=~n1+n2, data=d); show("two", two)
wr <- svydesign(id=~psu, strata=~h, weights=~w, data=d, nest=TRUE); show("wr", wr)
e <- svyby(~y, ~g, two, svymean, covmat=TRUE); p("by two", c(coef(e), SE(e))); p("by vcov", vcov(e))
e <- svycontrast(e, list(c(1,-1,0))); p("by contrast", c(coef(e), SE(e)))
e <- svymean(~y+x, two); p("yx vcov", vcov(e)); c2 <- svycontrast(e, quote(log(y/x))); p("log(y/x)", c(coef(c2), SE(c2)))
for (m in c("mean","logit","xlogit","beta")) { e <- svyciprop(~b, wr, method=m); p(paste("prop_ci",m), c(coef(e), confint(e))) }
e<-svymean(~b,wr); p("b", c(coef(e),SE(e)))
for (r in c("math","school","hf7")) { e <- svyquantile(~y, wr, c(.25,.5,.9), qrule=r, interval.type="mean"); p(paste("q",r), t(e$y)) }
for (r in c("math","school","hf7")) { e <- svyquantile(~y, srs, c(.25,.5), qrule=r, interval.type="mean"); p(paste("qsrs",r), t(e$y)) }
e <- svyquantile(~y, wr, .5, qrule="math", interval.type="beta"); p("q beta", t(e$y))
e <- svyquantile(~y, wr, .5, qrule="math", interval.type="xlogit"); p("q xlogit", t(e$y))
# lonely: stratum C has one PSU
l <- rbind(d, data.frame(h="C",psu=c(7,7),n1=5,n2=6,w=c(15,15),y=c(9,6),x=c(2,3),g=c("v","u"),nh=20,b=c(1,0)))
lon <- svydesign(id=~psu, strata=~h, weights=~w, data=l, nest=TRUE)
lonf <- svydesign(id=~psu, strata=~h, weights=~w, data=l, nest=TRUE, fpc=~n1)
for (o in c("remove","certainty","adjust","average")) { options(survey.lonely.psu=o)
 e <- svymean(~y, lon); p(paste("lonely",o), c(coef(e), SE(e))); e <- svytotal(~y, lon); p(paste("lonely total",o), c(coef(e), SE(e)))
 e <- svytotal(~y, lonf); p(paste("lonely fpc total",o), c(coef(e), SE(e)))
 dom <- subset(lon, g=="w"); e <- svytotal(~y, dom); p(paste("domain w",o), c(coef(e), SE(e)))
}
# domain lonely: g == "w" has psu 4,5,6 in B and none in A, C;  y > 6: rows psu2(7), psu5 (8), psu7(9)
for (o in c("remove","adjust","average")) { options(survey.lonely.psu=o, survey.adjust.domain.lonely=TRUE)
 e <- svytotal(~y, subset(lon, y>6)); p(paste("domlonely y>6",o), c(coef(e), SE(e)))
 e <- svytotal(~y, subset(lon, b==1 & g=="u" )); p(paste("domlonely u1",o), c(coef(e), SE(e)))
 e <- svymean(~y, subset(wr, psu %in% c(1,4,5,6))); p(paste("domlonely psu1",o), c(coef(e), SE(e)))
}
options(survey.adjust.domain.lonely=FALSE)
P <- c(.01,.04,.03,.2,.03,.5,.9,.0001); p("BH", p.adjust(P,"BH")); p("BH2", p.adjust(c(.8,.9,.85),"BH"))
# calibration
cal <- calibrate(wr, ~factor(h)+factor(g), population=c(`(Intercept)`=150, `factor(h)B`=90, `factor(g)v`=50, `factor(g)w`=35), calfun="raking", epsilon=1e-12)
p("cal w", weights(cal)); e<-svymean(~y,cal); p("cal mean", c(coef(e),SE(e))); e<-svytotal(~y,cal); p("cal total", c(coef(e),SE(e)))
e<-svytotal(~y, subset(cal, b==1)); p("cal domain total", c(coef(e),SE(e)))
e<-svymean(~y, wr, deff=TRUE); p("deff wr", deff(e)); e<-svymean(~y, srs, deff=TRUE); p("deff srs", deff(e)); e<-svymean(~y, wr, deff="replace"); p("deff wr repl", deff(e)); e<-svytotal(~y, wr, deff="replace"); p("deff tot repl", deff(e))
tw <- trimWeights(svydesign(id=~1, weights=~w, data=transform(d, w=c(1,1,2,2,3,3,4,4,5,5,6,6,20,30))), lower=0, upper=3*92/14, strict=TRUE); p("trim", weights(tw))
