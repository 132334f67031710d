package io.edgebeat.exec.wasm.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Quotas and ceilings that C programs do not reach. */
class MemoryFilesTest {
  private static final int ROOT = 3;
  private static final int CREATE = 1;
  private static final FileQuota QUOTA = new FileQuota(1 << 20, 3, 255, 4_096, 64, 32, 8);

  private final Map<Work, Long> work = new EnumMap<>(Work.class);

  private final class Room {
    final MemoryFiles files;
    final Descriptors descriptors;
    final FileCalls calls;
    final PathCalls paths;

    Room(FileQuota quota, FileCeiling ceiling) {
      files =
          new MemoryFiles(
              quota,
              ceiling,
              (kind, amount) -> work.merge(kind, amount, Long::sum),
              OptionalLong.of(7));
      descriptors = new Descriptors(files, ceiling);
      calls = new FileCalls(files, descriptors);
      paths = new PathCalls(files, descriptors);
    }

    int open(String path) throws WasiError {
      return paths.open(ROOT, 0, path, CREATE, Rights.FILE, 0, 0);
    }
  }

  private static void assertFails(int errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(WasiError.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private static void assertEnds(String part, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED))
        .hasMessageContaining(part);
  }

  @Test
  void givesSoManyNames() throws Exception {
    Room room = new Room(QUOTA, FileCeiling.NONE);
    room.paths.createDirectory(ROOT, "a");
    room.paths.createDirectory(ROOT, "a/b");
    room.open("a/b/c");
    assertFails(Errno.NOSPC, () -> room.open("d"));
    assertFails(Errno.NOSPC, () -> room.paths.symlink("x", ROOT, "d"));
    room.paths.unlink(ROOT, "a/b/c");
    room.open("d");
    FilesAudit.check(room.files, room.descriptors);
  }

  @Test
  void aHostThatHasLessThanTheQuotaEndsTheGuestInsteadOfAnsweringOtherwise() throws Exception {
    Room names = new Room(QUOTA, new FileCeiling(Long.MAX_VALUE, 2, 100));
    names.open("a");
    names.open("b");
    assertEnds("3 names of files are wanted; at most 2 are given here", () -> names.open("c"));

    Room bytes = new Room(QUOTA, new FileCeiling(8_192, 100, 100));
    int fd = bytes.open("a");
    bytes.calls.setSize(fd, 4_096);
    assertEnds("12288 bytes", () -> bytes.calls.setSize(fd, 4_097));

    Room descriptors = new Room(QUOTA, new FileCeiling(Long.MAX_VALUE, 100, 5));
    descriptors.open("a");
    assertEnds("6 descriptors", () -> descriptors.open("a"));
    assertEnds("6 descriptors", () -> descriptors.descriptors.openStream("sensor"));
  }

  @Test
  void streamsTakeTheirPlaceAmongTheDescriptors() throws Exception {
    Room room = new Room(QUOTA, FileCeiling.NONE);
    for (int i = 4; i < 8; i++) {
      assertThat(room.descriptors.openStream("sensor " + i)).isEqualTo(i);
    }
    assertThat(room.descriptors.openStream("sensor 5")).isEqualTo(5);
    assertFails(Errno.MFILE, () -> room.descriptors.openStream("sensor 8"));
    assertFails(Errno.MFILE, () -> room.open("a"));
    room.descriptors.close(6);
    assertThat(room.descriptors.openStream("sensor 8")).isEqualTo(6);
  }

  @Test
  void aFileThatIsHeldIsCountedUntilItIsLetGo() throws Exception {
    Room room = new Room(QUOTA, FileCeiling.NONE);
    int fd = room.open("a");
    room.calls.setSize(fd, 10_000);
    assertThat(room.files.bytes()).isEqualTo(4 * FileQuota.BLOCK);
    room.paths.unlink(ROOT, "a");
    assertThat(room.files.bytes()).isEqualTo(3 * FileQuota.BLOCK);
    room.descriptors.close(fd);
    assertThat(room.files.bytes()).isZero();
  }

  @Test
  void workIsPaidForByItsSize() throws Exception {
    Room room = new Room(QUOTA, FileCeiling.NONE);
    room.paths.createDirectory(ROOT, "a");
    work.clear();
    room.open("a/b");
    long shallow = work.get(Work.STEP);
    work.clear();
    room.paths.open(ROOT, 0, "a/../a/../a/../a/../a/b", 0, 0, 0, 0);
    assertThat(work.get(Work.STEP)).isGreaterThan(3 * shallow);
  }
}
