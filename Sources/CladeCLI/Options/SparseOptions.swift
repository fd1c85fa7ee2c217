import ArgumentParser
import CladeTables

/// What an input file may be said to be.
enum InputFormat: String, CaseIterable, ExpressibleByArgument {
  case table
  case libsvm
  case csr
}

/// How files of sparse rows are told from tables.
struct SparseOptions: ParsableArguments {
  @Option(
    help: """
      What the file is, where that isn't found out (standard input, a pipe): a table; libsvm, text \
      of label and column:value; csr, what SciPy's save_npz writes.
      """)
  var format: InputFormat?

  /// The format of the input if it holds sparse rows, else `nil`.
  func format(of input: String) throws -> SparseFileFormat? {
    switch format {
    case .table: nil
    case .libsvm: .libsvm
    case .csr: .csr
    case nil: try SparseFileFormat.recognise(input)
    }
  }
}
