package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.task.ExecutionLimits;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is frozen and resumed, in another mode, goes on like what was never frozen; and what a
 * snapshot forgets is found that way.
 */
class FrozenTwinsTest {
  private static final int ENOUGH = 60;

  @Test
  void twinsAreEqual() {
    int before = FrozenTwins.RESUMED.get();
    assertThat(FrozenTwins.differences(0, ENOUGH)).isEmpty();
    assertThat(FrozenTwins.RESUMED.get() - before).isGreaterThan(ENOUGH);
  }

  record Mistake(String name, String type, String right, String wrong) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Mistake state(String name, String right, String wrong) {
    return new Mistake(name, "ChicoryState", right, wrong);
  }

  private static Mistake guest(String name, String right, String wrong) {
    return new Mistake(name, "ProcessGuest", right, wrong);
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        state("a global is not looked at", "if (varies(i)) {", "if (i != 1 && varies(i)) {"),
        state(
            "a global is not put back",
            "instance.global(global.index()).setValue(",
            "instance.global(global.index() == 3 ? 2 : global.index()).setValue("),
        state("the sign of a number is lost", "raw & 0xffff_ffffL;", "raw & 0x7fff_ffffL;"),
        state(
            "the memory does not get its size back",
            "memory.content(state.memory(), state.pages());",
            "memory.content(java.util.Arrays.copyOf(state.memory(),"
                + " memory.initialPages() << 16), memory.initialPages());"),
        state(
            "a table does not get its size back",
            "if (entries.length > table.size()) {",
            "if (entries.length < table.size()) {"),
        state(
            "an entry of a table is forgotten",
            "for (int i = 0; i < entries.length; i++) {\n      table.setRef(",
            "for (int i = 3; i < entries.length; i++) {\n      table.setRef("),
        state(
            "a dropped data segment is forgotten", "if (!state.data().get(i)) {", "if (i > 99) {"),
        state(
            "dropped data segments are not looked at",
            "instance.dataSegmentData(i).length > 0",
            "module.dataSection().getDataSegment(i)"
                + " instanceof com.dylibso.chicory.wasm.types.PassiveDataSegment"),
        state(
            "a dropped element segment is forgotten",
            "&& !state.elements().get(i)) {",
            "&& i > 99) {"),
        new Mistake(
            "a page of zeros is taken for one that did not change",
            "snapshot.SnapshotWriter",
            "if (!isZero(memory, (int) from, count)) {",
            "if (memory[(int) from + 65_536] != 0) {"),
        new Mistake(
            "the end of the memory is forgotten",
            "snapshot.SnapshotWriter",
            "from < size; from += GROUP_BYTES",
            "from + GROUP_BYTES <= size; from += GROUP_BYTES"),
        new Mistake(
            "the place in the random bytes is forgotten",
            "WasiHost",
            "random.position(randomPosition);",
            "random.position(0);"),
        guest(
            "the fuel that was used is forgotten",
            "fresh.fuelLeft(snapshot.limits().fuel() - snapshot.fuelUsed());",
            "fresh.fuelLeft(snapshot.limits().fuel());"),
        guest("all fuel is there again", "        fuelUsed(),\n", "        0,\n"),
        guest(
            "files are forgotten",
            "host.restore(snapshot.host());",
            "if (!Arrays.equals(host.state(), snapshot.host()))"
                + " snapshot = new Snapshot(snapshot.module(), snapshot.imageHash(),"
                + " snapshot.costsVersion(), snapshot.limits(), snapshot.profile(),"
                + " snapshot.fuelUsed(), snapshot.machine(), host.state());"),
        guest(
            "the output of a call is part of the next",
            "    } finally {\n      host.streams.end();",
            "    } finally {"),
        guest(
            "what was restored is not what is called",
            "instance = fresh; // from here on close() gives back what it holds",
            ""));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isFound(Mistake mistake) throws Exception {
    ClassLoader loader =
        PlantedMistake.plant(
            "io.edgebeat.exec.wasm." + mistake.type(), mistake.right(), mistake.wrong());
    String found;
    try {
      found =
          (String)
              loader
                  .loadClass(FrozenTwins.class.getName())
                  .getMethod("differences", long.class, int.class)
                  .invoke(null, 0L, ENOUGH);
    } catch (InvocationTargetException e) {
      found = String.valueOf(e.getCause());
    }
    assertThat(found).isNotEmpty();
  }

  @Test
  void recursionEndsAtTheSameDepth() {
    byte[] deep =
        Wat.assemble(
            "(global $g (mut i32) (i32.const 0)) (func $f (export \"f\") (result i32)"
                + " (global.set $g (i32.add (global.get $g) (i32.const 1)))"
                + " (i32.add (call $f) (i32.const 1)))");
    FrozenTwins.Call call = new FrozenTwins.Call("f", List.of());
    FrozenTwins.Case once = new FrozenTwins.Case(deep, List.of(call));
    assertThat(FrozenTwins.difference(once, ExecutionLimits.DEFAULTS)).isEmpty();
  }

  /** A reactor, and modules that were lowered: exceptions and a 64-bit memory. */
  @ParameterizedTest
  @CsvSource({
    "pixels.wasm, xorshift, 1000, 2000",
    "unwind64.wasm, run, 5 2, 9 7",
    "wide64.wasm, sorted, 7 900, 8 20"
  })
  void programsOfACompilerGoOn(String file, String function, String first, String second)
      throws Exception {
    FrozenTwins.Call one = new FrozenTwins.Call(function, List.of(first.split(" ")));
    FrozenTwins.Call other = new FrozenTwins.Call(function, List.of(second.split(" ")));
    FrozenTwins.Case program =
        new FrozenTwins.Case(SameResult.resource(file), List.of(one, other, one, other));
    int before = FrozenTwins.RESUMED.get();
    assertThat(FrozenTwins.difference(program, ExecutionLimits.DEFAULTS)).isEmpty();
    assertThat(FrozenTwins.RESUMED.get() - before).isEqualTo(3);
  }

  @Test
  void otherTwinsAreEqual() {
    long seed = Long.getLong("seed", new Random().nextInt(1_000_000));
    System.out.println("FrozenTwinsTest seed=" + seed);
    assertThat(FrozenTwins.differences(seed, ENOUGH)).isEmpty();
  }
}
