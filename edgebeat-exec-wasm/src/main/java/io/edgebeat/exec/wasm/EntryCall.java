package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.task.Workload;
import java.math.BigInteger;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a workload calls: an exported function, what it is given and how its results are written.
 */
final class EntryCall {
  static final String COMMAND = "_start";
  static final String INITIALIZE = "_initialize";

  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,20}");
  private static final Pattern REAL =
      Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,5})?");
  private static final int MOST_DIGITS = 1_000;

  private final String function;
  private final long[] arguments;
  private final List<ValueType> results;

  private EntryCall(String function, long[] arguments, List<ValueType> results) {
    this.function = function;
    this.arguments = arguments;
    this.results = results;
  }

  /** The export's name. */
  String function() {
    return function;
  }

  /** The arguments as raw bits; a copy. */
  long[] arguments() {
    return arguments.clone();
  }

  /**
   * Finds the function and reads its arguments.
   *
   * @throws EdgeBeatException {@code BAD_WORKLOAD} naming the export or the argument
   */
  static EntryCall of(Workload workload, ModuleShape shape) {
    String name = workload.entry().orElse(COMMAND);
    Integer index = shape.functionExports().get(name);
    if (index == null) {
      throw bad(
          "the module exports no function \""
              + name
              + "\"; it exports "
              + new TreeSet<>(shape.functionExports().keySet()));
    }
    FunctionShape function = shape.functions().get(index);
    if (workload.entry().isEmpty()) {
      if (!function.parameters().isEmpty() || !function.results().isEmpty()) {
        throw bad("_start must be () -> (), found " + function);
      }
      return new EntryCall(name, new long[0], List.of());
    }
    List<ValueType> parameters = function.parameters();
    if (parameters.size() != workload.arguments().size()) {
      throw bad(
          name
              + " "
              + function
              + " takes "
              + parameters.size()
              + " arguments, found "
              + workload.arguments().size());
    }
    long[] arguments = new long[parameters.size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = parse(name, i, parameters.get(i), workload.arguments().get(i));
    }
    for (ValueType type : function.results()) {
      if (!type.isNumber()) {
        throw bad(name + " " + function + " gives a reference, which cannot be a result");
      }
    }
    return new EntryCall(name, arguments, function.results());
  }

  private static long parse(String function, int index, ValueType type, String text) {
    switch (type) {
      case I32, I64 -> {
        int bits = type == ValueType.I32 ? 32 : 64;
        if (INTEGER.matcher(text).matches()) {
          BigInteger value = new BigInteger(text);
          if (value.bitLength() < bits || (value.signum() > 0 && value.bitLength() == bits)) {
            return bits == 32 ? value.intValue() : value.longValue();
          }
        }
      }
      case F32, F64 -> {
        boolean special = text.equals("nan") || text.equals("inf") || text.equals("-inf");
        if (special || (text.length() <= MOST_DIGITS && REAL.matcher(text).matches())) {
          if (type == ValueType.F32) {
            float value = special ? (float) special(text) : Float.parseFloat(text);
            return Float.floatToIntBits(value);
          }
          return Double.doubleToLongBits(special ? special(text) : Double.parseDouble(text));
        }
      }
      default ->
          throw bad(
              "argument " + index + " of " + function + " is a " + type + ", which has no text");
    }
    throw bad("argument " + index + " of " + function + " is no " + type + ": \"" + text + "\"");
  }

  private static double special(String text) {
    return switch (text) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      default -> Double.NEGATIVE_INFINITY;
    };
  }

  /**
   * The results as text, one line each: integers as signed decimal numbers, floating point numbers
   * as the shortest decimal that reads back as the same value, or {@code nan}, {@code inf}, {@code
   * -inf}. All NaNs are one.
   */
  String text(long[] values) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < results.size(); i++) {
      switch (results.get(i)) {
        case I32 -> text.append((int) values[i]);
        case I64 -> text.append(values[i]);
        case F32 -> {
          float value = Float.intBitsToFloat((int) values[i]);
          text.append(Float.isFinite(value) ? Float.toString(value) : special((double) value));
        }
        default -> {
          double value = Double.longBitsToDouble(values[i]);
          text.append(Double.isFinite(value) ? Double.toString(value) : special(value));
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String special(double value) {
    return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }

  private static EdgeBeatException bad(String what) {
    return new EdgeBeatException(ErrorCode.BAD_WORKLOAD, what);
  }
}
