import Foundation
extension LinearAlgebra {
  public static func symmetricEigen(_ m: DenseMatrix) -> (values: [Double], vectors: DenseMatrix) {
    var a = m; let n = m.rows; var v = DenseMatrix.identity(n)
    for _ in 0..<60 { for p in 0..<n { for q in (p+1)..<max(n, p+1) where abs(a[p,q]) > 1e-300 {
      let th = (a[q,q]-a[p,p])/(2*a[p,q]); let t = (th >= 0 ? 1.0 : -1.0)/(abs(th)+(th*th+1).squareRoot()); let c = 1/(t*t+1).squareRoot(), s = t*c
      for k in 0..<n { let x = a[k,p], y = a[k,q]; a[k,p] = c*x-s*y; a[k,q] = s*x+c*y }
      for k in 0..<n { let x = a[p,k], y = a[q,k]; a[p,k] = c*x-s*y; a[q,k] = s*x+c*y }
      for k in 0..<n { let x = v[k,p], y = v[k,q]; v[k,p] = c*x-s*y; v[k,q] = s*x+c*y } } } }
    return (a.diagonal, v) }
  public static func generalisedEigenvalues(_ a: DenseMatrix, _ b: DenseMatrix) -> [Double]? {
    let (l, v) = symmetricEigen(b); var w = v, wt = v
    for j in 0..<b.rows { for i in 0..<b.rows { w[i,j] = v[i,j]/l[j].squareRoot(); wt[j,i] = w[i,j] } }
    return symmetricEigen(product(wt, product(a, w))).values }
}
