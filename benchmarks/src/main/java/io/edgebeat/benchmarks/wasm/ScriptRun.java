package io.edgebeat.benchmarks.wasm;

import static java.util.Objects.requireNonNull;

import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportGlobal;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportTable;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.ImportSection;
import com.dylibso.chicory.wasm.types.MemorySection;
import com.dylibso.chicory.wasm.types.Value;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One converted file of the test suite, run in one way. What an assertion says must be so; a module
 * that cannot be run here takes all that is about it with it, with the reason.
 */
final class ScriptRun {
  private final WastConverter.Converted script;
  private final Rig rig;
  private final Host host;

  /** Modules by their names in the file; the last one has an empty name. */
  private final Map<String, Present> named = new HashMap<>();

  private final Map<String, Present> registered = new HashMap<>();

  /** Modules that lack what others, which are left out, would have done to them. */
  private final Set<@Nullable Instance> untouched =
      Collections.newSetFromMap(new IdentityHashMap<>());

  private final List<String> verdicts = new ArrayList<>();
  private final Map<String, Integer> skipped = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();

  private ScriptRun(WastConverter.Converted script, Rig rig, Host host) {
    this.script = script;
    this.host = host;
    this.rig = rig;
    registered.put(
        "spectest",
        new Present(started(rig.metered(Spectest.module()), ImportValues.empty()), null));
  }

  /** An instance, or why there is none. */
  private record Present(@Nullable Instance instance, @Nullable String reason) {}

  /** An assertion cannot be looked at. */
  private static final class Skipped extends Exception {
    private static final long serialVersionUID = 1;

    Skipped(String reason) {
      super(reason, null, false, false);
    }
  }

  /**
   * What came of a file.
   *
   * @param verdicts the number of the command and what came of it, of each assertion; the same in
   *     every way to run
   * @param skipped assertions that cannot be looked at, by the reason
   * @param failures those that do not hold
   */
  record Report(List<String> verdicts, Map<String, Integer> skipped, List<String> failures) {}

  /**
   * Runs a file.
   *
   * @param script what the converter made of it
   * @param rig what runs it
   * @param host says of modules whether they are any
   */
  static Report run(WastConverter.Converted script, Rig rig, Host host) throws IOException {
    ScriptRun run = new ScriptRun(script, rig, host);
    for (Object command : (List<?>) member(JsonText.read(script.json()), "commands")) {
      run.command((Map<?, ?>) command);
    }
    return new Report(run.verdicts, run.skipped, run.failures);
  }

  private void command(Map<?, ?> command) throws IOException {
    String type = text(command, "type");
    String where = "line " + text(command, "line") + " " + type;
    boolean assertion = type.startsWith("assert_");
    try {
      Optional<String> failure = carryOut(type, command);
      if (assertion) {
        verdicts.add(where + (failure.isEmpty() ? " holds" : " fails"));
      }
      failure.ifPresent(what -> failures.add(where + ": " + what));
    } catch (Skipped e) {
      if (assertion) {
        verdicts.add(where + " skipped");
        skipped.merge(String.valueOf(e.getMessage()), 1, Integer::sum);
      }
    }
  }

  /** Gives what is wrong. */
  private Optional<String> carryOut(String type, Map<?, ?> command) throws IOException, Skipped {
    return switch (type) {
      case "module" -> {
        Present made = make(command);
        named.put("", made);
        if (command.containsKey("name")) {
          named.put(text(command, "name"), made);
        }
        yield Optional.ofNullable(made.instance == null ? made.reason : null)
            .filter(reason -> !reason.startsWith(SKIP));
      }
      case "register" -> {
        Present present = present(command, "name");
        registered.put(text(command, "as"), present);
        if (script.untouched().contains(text(command, "as"))) {
          untouched.add(present.instance);
        }
        yield Optional.empty();
      }
      case "action" -> {
        act(command);
        yield Optional.empty();
      }
      case "assert_return" -> returns(command);
      case "assert_trap", "assert_exhaustion" -> traps(command);
      case "assert_invalid", "assert_malformed" -> refused(command);
      case "assert_unlinkable", "assert_uninstantiable" -> unstartable(command);
      default -> throw new Skipped(type);
    };
  }

  private static final String SKIP = "skip: ";
  private static final Pattern SIXTY_FOUR = Pattern.compile("invalid memory limit: [4-7]");

  private Present make(Map<?, ?> command) throws IOException {
    byte[] image = image(command);
    try {
      return new Present(instantiate(image), null);
    } catch (Skipped e) {
      return new Present(null, SKIP + e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      return new Present(null, "cannot be made: " + e);
    }
  }

  private byte[] image(Map<?, ?> command) throws IOException {
    return Files.readAllBytes(script.json().resolveSibling(text(command, "filename")));
  }

  private Instance instantiate(byte[] image) throws Skipped {
    Rig.Loaded loaded;
    try {
      loaded = rig.metered(image);
    } catch (MalformedException e) {
      if (SIXTY_FOUR.matcher(String.valueOf(e.getMessage())).find()) {
        throw new Skipped("has a memory of 64 bits");
      }
      throw e;
    }
    if (memories(loaded.module()) > 1) {
      leaveOut(loaded.module());
      throw new Skipped("has several memories");
    }
    return started(loaded, imports(loaded.module()));
  }

  /** With so much fuel that only the host's patience ends it. */
  private static Instance started(Rig.Loaded loaded, ImportValues imports) {
    Instance instance = loaded.instantiate(imports, null);
    Exports.setGlobal(instance, MeteredModule.FUEL, Long.MAX_VALUE);
    loaded.start(instance);
    return instance;
  }

  private static int memories(WasmModule module) {
    return module.memorySection().map(MemorySection::memoryCount).orElse(0)
        + module.importSection().count(ExternalType.MEMORY);
  }

  /** What it would have done to those that it imports from is missing there. */
  private void leaveOut(WasmModule module) {
    module.importSection().stream()
        .map(each -> registered.get(each.module()))
        .filter(Objects::nonNull)
        .map(Present::instance)
        .forEach(untouched::add);
  }

  private ImportValues imports(WasmModule module) throws Skipped {
    var values = ImportValues.builder();
    ImportSection wanted = module.importSection();
    for (int i = 0; i < wanted.importCount(); i++) {
      Import each = wanted.getImport(i);
      Present provider = registered.get(each.module());
      if (provider == null) {
        if (script.unregistered().contains(each.module())) {
          throw new Skipped("imports from a module that is left out");
        }
        continue;
      }
      if (provider.instance == null) {
        throw new Skipped("imports from a module that is left out");
      }
      Export export = Exports.find(provider.instance, each.name());
      if (export != null) {
        add(values, each, provider.instance, export);
      }
    }
    return values.build();
  }

  private static void add(
      ImportValues.Builder values, Import wanted, Instance from, Export export) {
    String module = wanted.module();
    String name = wanted.name();
    ExternalType type = export.exportType();
    switch (type) {
      case FUNCTION -> values.addFunction(ImportFunction.exportAsImport(module, name, from, name));
      case GLOBAL -> values.addGlobal(new ImportGlobal(module, name, from.global(export.index())));
      case MEMORY -> values.addMemory(new ImportMemory(module, name, from.memory(export.index())));
      case TABLE -> values.addTable(new ImportTable(module, name, from.table(export.index())));
      default -> throw new IllegalStateException("an export that is a " + type);
    }
  }

  private Present present(Map<?, ?> of, String member) {
    String name = of.containsKey(member) ? text(of, member) : "";
    return named.getOrDefault(name, new Present(null, "no module " + name));
  }

  private long[] act(Map<?, ?> command) throws Skipped {
    Map<?, ?> action = (Map<?, ?>) member(command, "action");
    Present present = present(action, "module");
    Instance instance = present.instance;
    if (instance == null) {
      String reason = String.valueOf(present.reason);
      throw new Skipped(reason.startsWith(SKIP) ? reason.substring(SKIP.length()) : reason);
    }
    if (untouched.contains(instance)) {
      throw new Skipped("about a module that one which is left out would have changed");
    }
    String field = text(action, "field");
    if (text(action, "type").equals("get")) {
      Export export = Exports.find(instance, field);
      if (export == null) {
        throw new IllegalStateException("no export " + field);
      }
      return new long[] {instance.global(export.index()).getValue()};
    }
    List<?> arguments = (List<?>) member(action, "args");
    long[] bits = new long[arguments.size()];
    for (int i = 0; i < bits.length; i++) {
      Map<?, ?> argument = (Map<?, ?>) arguments.get(i);
      bits[i] = bits(text(argument, "type"), text(argument, "value"));
    }
    long[] results = instance.export(field).apply(bits);
    return results == null ? new long[0] : results;
  }

  private Optional<String> returns(Map<?, ?> command) throws Skipped {
    long[] found;
    try {
      found = act(command);
    } catch (RuntimeException | StackOverflowError e) {
      return Optional.of("throws " + e);
    }
    List<?> expected = (List<?>) member(command, "expected");
    boolean fits = expected.size() == found.length;
    for (int i = 0; fits && i < found.length; i++) {
      Map<?, ?> value = (Map<?, ?>) expected.get(i);
      fits = fits(found[i], text(value, "type"), text(value, "value"));
    }
    return fits
        ? Optional.empty()
        : Optional.of("gives " + Arrays.toString(found) + " instead of " + expected);
  }

  private Optional<String> traps(Map<?, ?> command) throws Skipped {
    try {
      return Optional.of("gives " + Arrays.toString(act(command)));
    } catch (RuntimeException | StackOverflowError e) {
      Map<?, ?> action = (Map<?, ?>) member(command, "action");
      return reason(Objects.requireNonNull(present(action, "module").instance), e, command);
    }
  }

  private Optional<String> refused(Map<?, ?> command) throws IOException, Skipped {
    if (text(command, "module_type").equals("text")) {
      throw new Skipped("about the text format, which is not read here");
    }
    // Some of it the engine does not look at, because the executor has done so before.
    byte[] image = image(command);
    return refuses(image) || host.isBad(image) ? Optional.empty() : Optional.of("is accepted");
  }

  private boolean refuses(byte[] image) {
    try {
      rig.metered(image);
      return false;
    } catch (RuntimeException | AssertionError e) {
      // The engine's parser reports some by an exception of the JVM, as the executor knows.
      return true;
    }
  }

  private Optional<String> unstartable(Map<?, ?> command) throws IOException, Skipped {
    try {
      instantiate(image(command));
      return Optional.of("is instantiated");
    } catch (ChicoryException e) {
      return Optional.empty();
    } catch (RuntimeException | StackOverflowError e) {
      return Optional.of("throws " + e);
    }
  }

  /** Whether the guest was ended for the reason that is said, and not by the meter. */
  private static Optional<String> reason(Instance instance, Throwable e, Map<?, ?> command) {
    boolean deep =
        e instanceof StackOverflowError || (int) Exports.global(instance, MeteredModule.DEPTH) < 0;
    String found =
        deep
            ? Traps.EXHAUSTED
            : Exports.global(instance, MeteredModule.FUEL) < 0
                ? "out of fuel"
                : Traps.reason((RuntimeException) e);
    if (deep) {
      // The suite goes on with an instance that has trapped, which the executor never does.
      Exports.setGlobal(
          instance,
          MeteredModule.DEPTH,
          requireNonNull(CostTable.CURRENT.prices().get("stack-slots")));
    }
    // Such as "uninitialized element 2".
    return text(command, "text").startsWith(found)
        ? Optional.empty()
        : Optional.of("ends with \"" + found + "\" instead of \"" + text(command, "text") + '"');
  }

  /** Whether bits are those that are wanted, or a NaN of the kind that is wanted. */
  static boolean fits(long found, String type, String wanted) {
    return switch (wanted) {
      case "nan:canonical" ->
          type.equals("f32")
              ? ((int) found & 0x7fff_ffff) == 0x7fc0_0000
              : (found & Long.MAX_VALUE) == 0x7ff8_0000_0000_0000L;
      case "nan:arithmetic" ->
          type.equals("f32")
              ? ((int) found & 0x7fc0_0000) == 0x7fc0_0000
              : (found & 0x7ff8_0000_0000_0000L) == 0x7ff8_0000_0000_0000L;
      default -> {
        long bits = bits(type, wanted);
        boolean narrow = type.equals("i32") || type.equals("f32");
        yield narrow ? (int) found == (int) bits : found == bits;
      }
    };
  }

  static long bits(String type, String value) {
    return switch (type) {
      case "funcref", "externref" ->
          value.equals("null") ? Value.REF_NULL_VALUE : Long.parseLong(value);
      default -> Long.parseUnsignedLong(value);
    };
  }

  static Object member(Map<?, ?> of, String name) {
    Object value = of.get(name);
    if (value == null) {
      throw new IllegalStateException("no member " + name + " in " + of);
    }
    return value;
  }

  static String text(Map<?, ?> of, String name) {
    return (String) member(of, name);
  }
}
