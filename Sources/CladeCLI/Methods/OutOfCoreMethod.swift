import Clade

/// A method that reads rows again and again, so that they needn't be in memory.
protocol OutOfCoreMethod: ClusteringMethod {
  /// Finds the groups of rows of a file.
  static func fit<Scalar: MatrixScalar>(
    rows: any RowSource<Scalar>, initialCenters: Matrix<Scalar>?, _ options: MethodOptions,
    threads: Int, progress: @escaping ProgressObserver
  ) throws -> KMeansModel<Scalar>

  /// The most rows that it holds at a time.
  static func sampledRows(_ options: MethodOptions) -> Int

  /// The bytes that it holds for each of so many rows besides, of so many bytes each.
  static func heldBytes(_ options: MethodOptions, rowCount: Int, rowSize: Int) -> Int
}
