// What the automatic method tries on data sets, and what it measures, for rule/learn.py.
//
//   AutomaticCriteria ROWS COLUMNS DATA OUT
//
// DATA holds raw little-endian doubles, row after row. Written are OUT.rows and OUT.labels (int32: the rows
// decided on; partitions × rows), OUT.criteria (doubles, partitions × criteria) and OUT.json (the names of
// the criteria, and the methods of each partition).
@_spi(Benchmarks) import Clade
import Foundation

struct Names: Encodable {
  let criteria: [String]
  let methods: [[String]]
}

func write<Value>(_ values: [Value], _ path: String) throws {
  try values.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let rows = Int(arguments[1]), let columns = Int(arguments[2]) else {
  FileHandle.standardError.write(Data("usage: AutomaticCriteria ROWS COLUMNS DATA OUT\n".utf8))
  exit(64)
}
let bytes = try Data(contentsOf: URL(fileURLWithPath: arguments[3]))
let data = Matrix<Double>(rows: rows, columns: columns) { buffer in
  _ = bytes.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
}
let study = try AutomaticStudy(data)
let out = arguments[4]
try write(study.rows, out + ".rows")
try write(study.partitions.flatMap { $0 }, out + ".labels")
try write(study.values.flatMap { $0 }, out + ".criteria")
try JSONEncoder().encode(Names(criteria: AutomaticStudy.criteria, methods: study.titles))
  .write(to: URL(fileURLWithPath: out + ".json"))
