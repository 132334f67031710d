package io.edgebeat.core.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
  @TempDir private Path directory;

  @Test
  void listsItsFilesInOrderAndNothingElse() throws IOException {
    FileDisk disk = FileDisk.open(directory);
    disk.create("b-2").close();
    disk.create("a-1").close();
    Files.createDirectory(directory.resolve("a-directory"));
    Files.createFile(directory.resolve("somebody else's"));
    assertThat(disk.list()).containsExactly("a-1", "b-2");
    assertThat(disk.locate("a-1")).isEqualTo(directory.resolve("a-1").toString());
  }

  @Test
  void aNameThatLeadsElsewhereIsRefused() {
    FileDisk disk = FileDisk.open(directory);
    for (String name : new String[] {"../a", "a/b", "", ".a", "a b"}) {
      assertThatThrownBy(() -> disk.create(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith(": " + name);
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aNewDirectoryBelongsToItsOwnerAlone() throws IOException {
    Path made = directory.resolve("made");
    FileDisk disk = FileDisk.open(made);
    disk.create("a").close();
    if (made.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rwx------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.resolve("a"))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aDirectoryThatMustExistIsNotMade() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> FileDisk.existing(missing))
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED))
        .hasMessageContaining(missing.toString());
    assertThat(missing).doesNotExist();
  }

  @Test
  void zerosFillExactlyWhatWasAskedFor() throws IOException {
    try (DiskFile file = FileDisk.open(directory).create("zeros")) {
      byte[] ones = new byte[200_000];
      java.util.Arrays.fill(ones, (byte) 1);
      file.write(0, ByteBuffer.wrap(ones));
      file.zero(7, 150_001);
      ByteBuffer back = ByteBuffer.allocate(ones.length);
      assertThat(file.read(0, back)).isEqualTo(ones.length);
      for (int i = 0; i < ones.length; i++) {
        assertThat(back.get(i)).as("byte " + i).isEqualTo((byte) (i < 7 || i >= 150_001 ? 1 : 0));
      }
      file.truncate(5);
      assertThat(file.size()).isEqualTo(5);
      assertThat(file.read(3, ByteBuffer.allocate(10))).isEqualTo(2);
    }
  }

  @Test
  void aClosedFileDoesNotSayThatItIsSafe() throws IOException {
    DiskFile file = FileDisk.open(directory).create("closed");
    file.sync();
    file.close();
    assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
  }

  @Test
  void aFileThatCannotBeUsedAnyMoreSaysSo() throws IOException {
    FileDisk disk = FileDisk.open(directory);
    DiskFile file = disk.create("closed");
    file.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    file.close();
    file.close();
    assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(3))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(3))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> file.zero(0, 3)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> file.truncate(1)).isInstanceOf(IOException.class);
    assertThatThrownBy(file::size).isInstanceOf(IOException.class);
    try (DiskFile again = disk.openToRead("closed")) {
      ByteBuffer back = ByteBuffer.allocate(3);
      assertThat(again.read(0, back)).isEqualTo(3);
      assertThat(back.array()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aLockThatIsRefusedLeavesNothingOpen() throws IOException {
    var system = ManagementFactory.getOperatingSystemMXBean();
    Assumptions.assumeTrue(
        system instanceof UnixOperatingSystemMXBean, "nothing here counts open files");
    FileDisk disk = FileDisk.open(directory);
    Disk.Lock lock = disk.lock("lock");
    long before = ((UnixOperatingSystemMXBean) system).getOpenFileDescriptorCount();
    for (int i = 0; i < 1_000; i++) {
      assertThatThrownBy(() -> disk.lock("lock"))
          .isInstanceOfSatisfying(
              EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOCKED));
    }
    assertThat(((UnixOperatingSystemMXBean) system).getOpenFileDescriptorCount())
        .isLessThan(before + 500);
    lock.close();
    disk.lock("lock").close();
  }
}
