package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a snapshot forgets is found by freezing and resuming what was never frozen. */
@Tag("planted")
class FrozenMistakesTest {
  private static final int ENOUGH = 60;

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
    assertThat(mistake.foundBy(FrozenTwins.class, "differences", 0L, ENOUGH)).isNotEmpty();
  }
}
