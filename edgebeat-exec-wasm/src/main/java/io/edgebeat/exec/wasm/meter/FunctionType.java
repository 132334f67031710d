package io.edgebeat.exec.wasm.meter;

/**
 * What a function takes and gives; each character is the byte of a value type.
 *
 * @param parameters the parameters
 * @param results the results
 */
record FunctionType(String parameters, String results) {
  static final char I32 = 0x7f;
  static final char I64 = 0x7e;
  static final char F32 = 0x7d;
  static final char F64 = 0x7c;
  static final char FUNCREF = 0x70;

  static FunctionType read(Cursor in) {
    if (in.byteValue() != 0x60) {
      throw Cursor.bad("has a type that is no function at offset " + (in.position() - 1));
    }
    return new FunctionType(types(in), types(in));
  }

  private static String types(Cursor in) {
    int count = in.count("types");
    StringBuilder types = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      types.append((char) in.byteValue());
    }
    return types.toString();
  }

  void write(Emitter out) {
    out.put(0x60);
    for (String list : new String[] {parameters, results}) {
      out.unsigned(list.length());
      list.chars().forEach(out::put);
    }
  }

  /** The same with one more parameter behind the others. */
  FunctionType plus(char parameter) {
    return new FunctionType(parameters + parameter, results);
  }
}
