package io.edgebeat.benchmarks.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes valid modules of seeds: functions that compute, branch, loop, call one another directly,
 * through tables and recursively, and use memory, globals, tables and segments in every way there
 * is. About half of them never trap on purpose, others take risks; some run for ever.
 */
final class ModuleGenerator {
  /** The memory of every module. */
  static final int PAGES = 1;

  static final int MOST_PAGES = 3;

  /** Bytes of the segment that is never dropped, and entries of that of functions. */
  static final int SEGMENT = 64;

  /** Tables: of functions that are called, of functions that are moved about, of references. */
  static final int CALLED = 0;

  static final int MOVED = 1;
  static final int FOREIGN = 2;

  static final int ENTRIES = 16;
  static final int MOST_ENTRIES = 40;

  /** Of the host: mixes what it is given into what it has been given before. */
  static final String HOST_MODULE = "host";

  static final String HOST_FUNCTION = "mix";
  static final String HOST_SHAPE = "iI:I";

  private static final double LEAST_WORK = 10_000;
  private static final double MOST_WORK = 100_000;

  /** What every function of a chain of calls may cost. */
  private static final double WORK_OF_FUNCTION = 1_500;

  private static final String NUMBERS = "iIfF";

  final SplittableRandom random;
  final ModuleWriter writer = new ModuleWriter();

  /** How likely what can trap is left without a guard. */
  final double risk;

  /** Whether there may be loops and recursion without an end. */
  final boolean endless;

  final boolean importsHost;

  /** What may be called: each is made of earlier ones alone. */
  final List<Callee> callees = new ArrayList<>();

  final String globals;

  /**
   * A function.
   *
   * @param index in the module
   * @param shape its type
   * @param cost about how many instructions one call executes
   * @param entry where it is in the table of called functions, or -1
   */
  record Callee(int index, String shape, double cost, int entry) {
    String parameters() {
      return shape.substring(0, shape.indexOf(':'));
    }

    String results() {
      return shape.substring(shape.indexOf(':') + 1);
    }
  }

  private ModuleGenerator(long seed) {
    this.random = new SplittableRandom(seed);
    this.risk = chance(0.45) ? 0 : Math.pow(10, -1 - 2.5 * random.nextDouble());
    this.endless = chance(0.12);
    this.importsHost = chance(0.4);
    StringBuilder types = new StringBuilder(NUMBERS);
    for (int i = random.nextInt(4); i > 0; i--) {
      types.append(NUMBERS.charAt(random.nextInt(4)));
    }
    this.globals = types.toString();
  }

  /** The module of a seed. */
  static Generated of(long seed) {
    return new ModuleGenerator(seed).make(seed);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  boolean risky() {
    return risk > 0 && chance(risk);
  }

  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  char number() {
    return NUMBERS.charAt(random.nextInt(4));
  }

  String numbers(int least, int most) {
    StringBuilder types = new StringBuilder();
    for (int i = between(least, most); i > 0; i--) {
      types.append(number());
    }
    return types.toString();
  }

  private Generated make(long seed) {
    if (importsHost) {
      int index = writer.importFunction(HOST_MODULE, HOST_FUNCTION, HOST_SHAPE);
      callees.add(new Callee(index, HOST_SHAPE, 20, -1));
    }
    writer.table('r', ENTRIES, ENTRIES);
    writer.table('r', ENTRIES, MOST_ENTRIES);
    writer.table('x', ENTRIES, MOST_ENTRIES);
    writer.memory(PAGES, MOST_PAGES);
    writer.export("memory", 2, 0);
    for (int i = 0; i < globals.length(); i++) {
      Code value = new Code();
      Constants.write(value, globals.charAt(i), random);
      writer.export("g" + i, 3, writer.global(globals.charAt(i), true, value));
    }
    // One that does not change, which code reads without a flush of anything.
    writer.global('i', false, new Code().i32(random.nextInt()));
    int functions = between(3, 7);
    for (int i = 0; i < functions; i++) {
      add(i < ENTRIES - 4 ? i : -1);
    }
    if (endless && chance(0.3)) {
      addEndlessRecursion();
    }
    int main = addMain();
    if (chance(0.15)) {
      BodyGenerator body = new BodyGenerator(this, ":", 300);
      Code code = body.whole(2);
      writer.start(writer.function(":", body.locals(), code));
    }
    segments();
    writer.export("run", 0, main);
    List<Generated.Call> calls = new ArrayList<>();
    for (int i = between(1, 2); i > 0; i--) {
      calls.add(new Generated.Call("run", arguments("iIfF")));
    }
    return new Generated(seed, writer.toBytes(), calls, fuel());
  }

  private void add(int entry) {
    int kind = random.nextInt(10);
    Callee made = kind == 0 ? Recursion.direct(this, entry) : plain(entry);
    callees.add(made);
  }

  private Callee plain(int entry) {
    String shape = numbers(0, 3) + ":" + numbers(0, 2);
    BodyGenerator body = new BodyGenerator(this, shape, WORK_OF_FUNCTION);
    Code code = body.whole(between(2, 6));
    return new Callee(writer.function(shape, body.locals(), code), shape, body.cost(), entry);
  }

  private void addEndlessRecursion() {
    callees.add(Recursion.endless(this));
  }

  /** The function that is called from outside: a loop around everything. */
  private int addMain() {
    double work = LEAST_WORK * Math.pow(MOST_WORK / LEAST_WORK, random.nextDouble());
    String shape = "iIfF:" + numbers(1, 3);
    BodyGenerator body = new BodyGenerator(this, shape, work);
    Code code = body.repeated(work);
    return writer.function(shape, body.locals(), code);
  }

  /** The index that the next function will have. */
  int next() {
    return writer.functions();
  }

  private void segments() {
    int[] called = new int[ENTRIES - 4];
    int filled = 0;
    for (Callee callee : callees) {
      if (callee.entry >= 0) {
        called[callee.entry] = callee.index;
        filled = Math.max(filled, callee.entry + 1);
      }
    }
    writer.elements(0, java.util.Arrays.copyOf(called, filled));
    int some = callees.get(callees.size() - 1).index;
    writer.passiveElements(some, some, callees.get(0).index, some);
    writer.passiveElements(some);
    byte[] bytes = new byte[SEGMENT];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    writer.data(between(0, 1000), bytes);
    writer.passiveData(bytes);
    writer.passiveData(new byte[] {1, 2, 3});
  }

  private long[] arguments(String types) {
    long[] bits = new long[types.length()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Constants.bits(types.charAt(i), random);
    }
    return bits;
  }

  /** Enough for most; some get less than they want. */
  private long fuel() {
    if (chance(0.4)) {
      return (long) Math.pow(10, 2.6 + 3.2 * random.nextDouble());
    }
    return endless ? 1_200_000 : 80L * (long) MOST_WORK;
  }
}
