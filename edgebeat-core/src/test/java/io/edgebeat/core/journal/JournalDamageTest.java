package io.edgebeat.core.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.core.sim.SimDisk;
import io.edgebeat.core.sim.SimDisk.CrashMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Every file of a journal with segments and snapshots is hurt in every way there is, and read by
 * everything that reads one: opening, checking, reading again and copying. Each gives what was
 * written, or less of its end, or says which file is wrong; never anything else.
 */
class JournalDamageTest {
  private static final byte[] ID = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int RECORDS = 40;
  private static final JournalOptions SMALL =
      JournalOptions.withNewId(ID)
          .withMaxRecordBytes(100)
          .withSegmentBytes(512)
          .withBatches(256, 4)
          .withPreallocateBytes(0);

  /** Holds what it is given against what was written. */
  private static final class Expecting implements JournalReplay {
    private long next = 1;

    @Override
    public void snapshot(byte[] state, long upToSequence) {
      assertEquals("state " + upToSequence, new String(state, StandardCharsets.UTF_8));
      next = upToSequence + 1;
    }

    @Override
    public void record(long sequence, byte[] payload) {
      if (sequence < next) {
        // A check reads every record, also those that are in a snapshot.
        next = sequence;
      }
      assertEquals(next, sequence);
      assertEquals("record number " + sequence, new String(payload, StandardCharsets.UTF_8));
      next++;
    }

    long last() {
      return next - 1;
    }
  }

  /** One of the things that read a journal; says what the last record was. */
  private interface Reader {
    long read(SimDisk intact, Consumer<SimDisk> hurt);
  }

  private static final Map<String, Reader> READERS = new LinkedHashMap<>();

  static {
    READERS.put(
        "open",
        (intact, hurt) -> {
          SimDisk disk = intact.copy(1);
          hurt.accept(disk);
          Expecting seen = new Expecting();
          Journal.open(disk, SMALL, seen).close();
          long last = seen.last();
          // What was believed once is believed again.
          Expecting again = new Expecting();
          Journal.open(disk, SMALL, again).close();
          assertEquals(last, again.last());
          return last;
        });
    READERS.put(
        "check",
        (intact, hurt) -> {
          SimDisk disk = intact.copy(1);
          hurt.accept(disk);
          long before = disk.operations();
          Expecting seen = new Expecting();
          JournalCheck check = Journal.check(disk, seen);
          assertEquals(before, disk.operations(), "a check changes nothing");
          assertEquals(check.lastRecord(), seen.last());
          return seen.last();
        });
    READERS.put(
        "read",
        (intact, hurt) -> {
          SimDisk disk = intact.copy(1);
          try (Journal journal = Journal.open(disk, SMALL, new Expecting())) {
            hurt.accept(disk);
            Expecting seen = new Expecting();
            journal.read(seen);
            assertEquals(RECORDS, seen.last(), "a reader of an open journal wants them all");
            return seen.last();
          }
        });
    READERS.put(
        "copy",
        (intact, hurt) -> {
          SimDisk disk = intact.copy(1);
          SimDisk target = new SimDisk(2);
          try (Journal journal = Journal.open(disk, SMALL, new Expecting())) {
            hurt.accept(disk);
            journal.copyTo(target);
          }
          target.crash(CrashMode.DROP);
          Expecting seen = new Expecting();
          Journal.open(target, SMALL, seen).close();
          assertEquals(RECORDS, seen.last(), "a copy has them all");
          return seen.last();
        });
  }

  private static Map<String, UnaryOperator<byte[]>> damages() {
    Map<String, UnaryOperator<byte[]>> damages = new LinkedHashMap<>();
    damages.put("emptied", content -> new byte[0]);
    damages.put("cut in its header", content -> Arrays.copyOf(content, 30));
    damages.put("cut behind its header", content -> Arrays.copyOf(content, Format.FILE_HEADER));
    damages.put("cut in the middle", content -> Arrays.copyOf(content, content.length / 2));
    damages.put("cut at its end", content -> Arrays.copyOf(content, content.length - 1));
    damages.put("without its mark", content -> Arrays.copyOf(content, content.length - 32));
    damages.put("followed by zeros", content -> Arrays.copyOf(content, content.length + 100));
    damages.put(
        "followed by letters", content -> followed(content, "EEEEEEEEEEEEEEEEEEEEEEEEEEEE"));
    damages.put(
        "twice", content -> followed(content, new String(content, StandardCharsets.ISO_8859_1)));
    damages.put("of a later format", content -> header(content, header -> header.putInt(8, 2)));
    damages.put(
        "of another journal", content -> header(content, header -> header.put(20, (byte) 9)));
    damages.put("of another number", content -> header(content, header -> header.putLong(32, 77)));
    damages.put("of another length", content -> header(content, header -> header.putLong(40, 77)));
    damages.put(
        "of a length beyond memory",
        content -> header(content, header -> header.putLong(40, Integer.MAX_VALUE)));
    damages.put("of another kind", content -> header(content, header -> header.putLong(0, 77)));
    damages.put("with a header of zeros", content -> zeros(content, 0, Format.FILE_HEADER));
    damages.put("of zeros", content -> new byte[content.length]);
    damages.put(
        "with a hole", content -> zeros(content, content.length / 2, content.length / 2 + 8));
    damages.put("without its first bytes", content -> zeros(content, 64, 96));
    return damages;
  }

  private static byte[] followed(byte[] content, String behind) {
    byte[] more = behind.getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(content, content.length + more.length);
    System.arraycopy(more, 0, all, content.length, more.length);
    return all;
  }

  private static byte[] zeros(byte[] content, int from, int to) {
    byte[] changed = content.clone();
    Arrays.fill(changed, Math.min(from, changed.length), Math.min(to, changed.length), (byte) 0);
    return changed;
  }

  private static byte[] header(byte[] content, Consumer<ByteBuffer> change) {
    byte[] changed = content.clone();
    change.accept(ByteBuffer.wrap(changed));
    ByteBuffer.wrap(changed).putInt(60, Format.checksum(changed, 0, 60));
    return changed;
  }

  /** Forty records; two snapshots and the segments behind the older of them. */
  private static SimDisk layers() {
    SimDisk disk = new SimDisk(1);
    try (Journal journal = Journal.open(disk, SMALL, new Expecting())) {
      for (int i = 1; i <= RECORDS; i++) {
        journal.appendAndSync(("record number " + i).getBytes(StandardCharsets.UTF_8));
        if (i % 15 == 0) {
          byte[] state = ("state " + (i - 1)).getBytes(StandardCharsets.UTF_8);
          journal.writeSnapshot(state, i - 1);
        }
      }
    }
    return disk;
  }

  /** What a reader makes of a journal: its last record, or the file that it finds wrong. */
  private static String outcome(
      SimDisk intact, String reader, Consumer<SimDisk> hurt, Set<String> files) {
    try {
      return "up to " + READERS.get(reader).read(intact, hurt);
    } catch (EdgeBeatException e) {
      Set<ErrorCode> known =
          Set.of(ErrorCode.CORRUPTED, ErrorCode.UNKNOWN_VERSION, ErrorCode.STORAGE_FAILED);
      assertTrue(known.contains(e.code()), () -> e.code() + ": " + e.getMessage());
      String message = String.valueOf(e.getMessage());
      assertTrue(files.stream().anyMatch(message::contains), message);
      return e.code().name();
    } catch (RuntimeException e) {
      return fail("not one of the errors that are told: " + e, e);
    }
  }

  @Test
  void everyFileHurtInEveryWayIsNamedOrStoodInFor() {
    SimDisk intact = layers();
    Set<String> outcomes = new TreeSet<>();
    Set<String> files = files(intact);
    for (String reader : READERS.keySet()) {
      assertEquals("up to 40", outcome(intact, reader, disk -> {}, files), reader);
      for (String name : files) {
        damages()
            .forEach(
                (how, damage) -> {
                  byte[] changed = damage.apply(intact.content(name));
                  String came = outcome(intact, reader, disk -> disk.plant(name, changed), files);
                  outcomes.add(reader + " " + came);
                  boolean last = name.equals(lastSegment(files));
                  if (came.startsWith("up to ") && !came.equals("up to 40")) {
                    assertTrue(last, () -> reader + ", " + name + " " + how + ": " + came);
                  }
                });
        outcomes.add(
            reader + " " + outcome(intact, reader, disk -> delete(disk, name), missing(files)));
      }
    }
    for (String reader : READERS.keySet()) {
      assertTrue(outcomes.contains(reader + " CORRUPTED"), outcomes::toString);
      assertTrue(outcomes.contains(reader + " UNKNOWN_VERSION"), outcomes::toString);
    }
    assertTrue(outcomes.contains("open up to 40"), outcomes::toString);
  }

  @Test
  void twoHurtFilesAreNoWorseThanTheFirst() {
    SimDisk intact = layers();
    Set<String> files = files(intact);
    List<String> names = new ArrayList<>(files);
    List<UnaryOperator<byte[]>> damages = new ArrayList<>(damages().values());
    for (String reader : READERS.keySet()) {
      for (int i = 0; i < names.size(); i++) {
        for (int j = i + 1; j < names.size(); j++) {
          for (int k = 0; k < damages.size(); k++) {
            String one = names.get(i);
            String two = names.get(j);
            UnaryOperator<byte[]> damage = damages.get(k);
            UnaryOperator<byte[]> other = damages.get((k * 7 + j) % damages.size());
            String came =
                outcome(
                    intact,
                    reader,
                    disk -> {
                      disk.plant(one, damage.apply(intact.content(one)));
                      disk.plant(two, other.apply(intact.content(two)));
                    },
                    files);
            assertFalse(came.isEmpty());
          }
        }
      }
    }
  }

  @Test
  void nothingToCheckIsSaid() {
    assertEquals(
        "CORRUPTED",
        outcome(
            new SimDisk(1), "check", disk -> {}, Set.of("journal-0000000000000000001.segment")));
  }

  private static Set<String> files(SimDisk disk) {
    try {
      Set<String> files = new TreeSet<>(disk.list());
      files.removeIf(name -> !name.startsWith("journal-") && !name.startsWith("snapshot-"));
      assertTrue(files.size() >= 5, files::toString);
      return files;
    } catch (IOException e) {
      return fail(e);
    }
  }

  /** A file that is missing may also be told by the number that it should have. */
  private static Set<String> missing(Set<String> files) {
    Set<String> names = new TreeSet<>(files);
    for (int i = 1; i <= RECORDS + 1; i++) {
      names.add(Format.segmentName(i));
    }
    return names;
  }

  private static String lastSegment(Set<String> files) {
    return files.stream().filter(name -> name.startsWith("journal-")).reduce((a, b) -> b).get();
  }

  private static void delete(SimDisk disk, String name) {
    try {
      disk.delete(name);
      disk.syncDirectory();
    } catch (IOException e) {
      fail(e);
    }
  }
}
