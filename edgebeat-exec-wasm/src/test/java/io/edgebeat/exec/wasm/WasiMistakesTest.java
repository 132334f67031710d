package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.exec.wasm.WasiRun.Mode;
import io.edgebeat.exec.wasm.wasi.FileCeiling;
import io.edgebeat.testkit.fault.PlantedMistake;
import java.lang.reflect.InvocationTargetException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Takes the guards of the sandbox away, one at a time: a case of the C programs must find each. So
 * the cases are no decoration, and neither are the guards.
 */
@Tag("planted")
class WasiMistakesTest {
  private static final String ROOM = "io.edgebeat.exec.wasm.wasi.";

  record Mistake(
      String name, String type, String right, String wrong, String program, String foundBy) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Mistake path(
      String name, String type, String right, String wrong, String foundBy) {
    return new Mistake(name, ROOM + type, right, wrong, "wasi_path.wasm", foundBy);
  }

  private static Mistake fd(String name, String type, String right, String wrong, String foundBy) {
    return new Mistake(name, ROOM + type, right, wrong, "wasi_fd.wasm", foundBy);
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        path(
            "a path leads up out of its directory",
            "PathWalk",
            "if (trail.size() == 1) {\n          throw new WasiError(Errno.NOTCAPABLE);\n        }",
            "if (trail.size() == 1) {\n          trail.addLast(trail.element().parent);\n        }",
            "path_filestat_get does not lead out of the directory that it begins in"),
        path(
            "a symbolic link leads up out of its directory",
            "PathWalk",
            "slash |= prepend(link.target) && isLast;",
            "while (!trail.peekLast().parent.equals(trail.peekLast()))"
                + " trail.addLast(trail.peekLast().parent);"
                + " slash |= prepend(link.target) && isLast;",
            "path_open follows links inside, and none that lead out"),
        path(
            "a symbolic link that begins with a slash is followed",
            "PathWalk",
            "if (path.startsWith(\"/\")) {",
            "if (path.startsWith(\"/\") && links == 0) {",
            "path_open follows links inside, and none that lead out"),
        path(
            "links are followed for ever",
            "PathWalk",
            "if (++links > quota.links()) {",
            "if (++links < 0) {",
            "path_open gives up on links that lead round in circles"),
        path(
            "a long name is taken",
            "PathWalk",
            "> quota.nameBytes()) {",
            "> 1_000_000) {",
            "path_create_directory refuses names and paths that are too long or no names"),
        fd(
            "bytes of files are not counted",
            "Space",
            "return quota.bytes() / FileQuota.BLOCK - blocks;",
            "return 1 << 20;",
            "fd_write writes what there is room for, then nothing"),
        fd(
            "bytes of a file that is gone are not given back",
            "MemoryFiles",
            "space.give(node.blocks());",
            "space.give(0);",
            "fd_write writes what there is room for, then nothing"),
        path(
            "names are not counted",
            "Space",
            "take(more + 1);",
            "take(more);",
            "path_open gives so many names and no more"),
        path(
            "directories lie in one another without end",
            "MemoryFiles",
            "if (place.parent().depth() >= quota.depth()) {",
            "if (place.parent().depth() < 0) {",
            "path_create_directory refuses more than 64 inside of one another"),
        path(
            "directories are moved too deep",
            "MemoryFiles",
            "if (to.parent().depth() + 1 + height(directory) > quota.depth()) {",
            "if (height(directory) < 0) {",
            "path_create_directory refuses more than 64 inside of one another"),
        path(
            "descriptors are given without end",
            "Descriptors",
            "if (open >= files.quota.descriptors()) {",
            "if (open >= 100_000) {",
            "path_open gives so many descriptors and no more"),
        path(
            "a directory is moved into itself",
            "MemoryFiles",
            "if (to.parent().isInside(directory)) {",
            "if (to.parent().equals(directory)) {",
            "path_rename refuses directories inside themselves and over what is no directory"),
        path(
            "a directory gets a second name",
            "MemoryFiles",
            "throw new WasiError(Errno.PERM);",
            "node.changed = now;",
            "path_link refuses directories, names that are taken and missing rights"),
        path(
            "something is made in a directory that is gone",
            "MemoryFiles",
            "if (directory.removed) {",
            "if (directory.lastNumber < 0) {",
            "path_remove_directory removes what is empty"),
        path(
            "rights are not asked for",
            "Descriptor",
            "if ((base & rights) != rights) {",
            "if (rights < 0) {",
            "path_create_directory refuses what is there and what has no place"),
        path(
            "rights are gained through a directory",
            "PathCalls",
            "if (((base | inheriting | syncRights(flags)) & ~from.inheriting) != 0) {",
            "if (from.inheriting < 0) {",
            "path_open gives no right that the directory cannot pass on"),
        fd(
            "rights are gained again",
            "Descriptors",
            "if ((base & ~descriptor.base) != 0 || (inheriting & ~descriptor.inheriting) != 0) {",
            "if (base == -2) {",
            "fd_fdstat_set_rights gains none"),
        fd(
            "old bytes show when a file grows again",
            "RegularFile",
            "if (used != 0 && hasBlock(kept - 1)) {",
            "if (used < 0) {",
            "fd_filestat_set_size cuts a file and fills it with zeros"),
        new Mistake(
            "the size of a buffer is believed",
            "io.edgebeat.exec.wasm.Buffers",
            "memory.check(start, size);",
            "memory.check(start & 0xffff, 0);",
            "wasi_fd.wasm",
            "fd_pwrite refuses streams, directories, offsets that are none and missing rights"),
        new Mistake(
            "the clock runs",
            "io.edgebeat.exec.wasm.WasiHost",
            "memory.writeLong(result, nanos.getAsLong());",
            "memory.writeLong(result, nanos.getAsLong() + System.nanoTime());",
            "wasi_process.wasm",
            "clock_time_get shows the instant of the host profile on every clock, and stands"
                + " still"));
  }

  private static Mistake word(
      String name, String type, String right, String wrong, String foundBy) {
    return new Mistake(
        name, "io.edgebeat.exec.wasm." + type, right, wrong, "wasi64_word.wasm", foundBy);
  }

  /** What would go wrong with words of 64 bits alone. */
  static Stream<Mistake> wideMistakes() {
    String border = "takes no address and no size whose high half is not in memory";
    return Stream.of(
        word(
            "the high half of words is forgotten",
            "Word",
            "return this == BITS_32 || bits >>> 32 == 0 ? bits & LARGEST : LARGEST;",
            "return bits & LARGEST;",
            "fd_write " + border),
        word(
            "the high half of words in memory is not read",
            "Word",
            "return of(this == BITS_32 ? memory.readInt(address) : memory.readLong(address));",
            "return of(memory.readInt(address) & LARGEST);",
            "fd_read " + border),
        word(
            "the high half of words is not written",
            "Word",
            "if (this == BITS_32) {\n      memory.writeInt",
            "if (this != null) {\n      memory.writeInt",
            "args_get writes whole words and nothing behind them"),
        word(
            "words have 4 bytes in every memory",
            "Word",
            "BITS_64(8, ValueType.I64);",
            "BITS_64(4, ValueType.I64);",
            "fd_prestat_get is as long as two words"),
        word(
            "arguments are taken as they are",
            "HostFunctions",
            "plain[i] = word.of(plain[i]);",
            "plain[i] = plain[i] & 0xffff_ffffL;",
            "random_get " + border),
        word(
            "buffers stand 8 bytes behind one another",
            "Buffers",
            "memory.readWord(address + 2L * i * word);",
            "memory.readWord(address + 8L * i);",
            "fd_write writes the parts of a list"),
        word(
            "pointers to arguments stand 4 bytes behind one another",
            "WasiHost",
            "pointer += memory.wordBytes();",
            "pointer += 4;",
            "args_get writes whole words and nothing behind them"),
        word(
            "4 bytes are enough for a result",
            "PaidMemory",
            "check(address, word.bytes());",
            "check(address, 4);",
            "fd_read " + border));
  }

  @ParameterizedTest
  @MethodSource({"mistakes", "wideMistakes"})
  void isFound(Mistake mistake) throws Exception {
    assertThat(
            WasiRun.run(
                    mistake.program(), Mode.INTERPRETED, false, FileCeiling.NONE, mistake.foundBy())
                .exitCode())
        .as("without the mistake")
        .isZero();
    ClassLoader classes =
        PlantedMistake.plant(
            "io.edgebeat.exec.wasm", mistake.type(), mistake.right(), mistake.wrong());
    int code;
    try {
      code =
          (int)
              classes
                  .loadClass(WasiRun.class.getName())
                  .getMethod("exitCode", String.class, String.class, boolean.class)
                  .invoke(null, mistake.program(), mistake.foundBy(), false);
    } catch (InvocationTargetException e) {
      code = 1; // the host broke, or gave up
    }
    assertThat(code).as("with the mistake").isNotZero();
  }
}
