package io.edgebeat.exec.wasm.snapshot;

import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Writes a snapshot in its one spelling: equal processes have equal bytes. All numbers have the
 * most significant byte first; texts are their size in bytes and UTF-8.
 *
 * <pre>
 * file     = group*, record, footer
 * group    = 262144 bytes of memory, 4 pages; groups of zeros are left out, the last is filled up
 * footer   = size of the record: 4 bytes, version: 4, magic: 4
 * record   = module, image hash, version of costs, limits, profile, fuel used, memory, globals,
 *            tables, data, elements, host
 * module   = text of its content id
 * limits   = memory bytes, wall time (seconds, nanoseconds), input bytes, output bytes, fuel
 * profile  = 0 or 1 (seconds, nanoseconds), 0 or 1 (seed), count, (name, value)*   by name
 * memory   = pages, count, index of group*                                          rising
 * globals  = count, (index, type, 4 or 8 bytes)*                                    those that vary
 * tables   = count, (type, size, count, (index, function)*)*                        rising
 * data     = count, index*          the passive segments that are still there       rising
 * elements = count, index*                                                          likewise
 * host     = size, bytes
 * </pre>
 *
 * <p>A content store cuts files every 262144 bytes: so each group is a block of its own, which
 * snapshots of one process share as long as it does not change.
 */
public final class SnapshotWriter {
  /** The version of the form. */
  public static final int VERSION = 1;

  static final int MAGIC = 0x45425753; // EBWS
  static final int FOOTER_BYTES = 12;
  static final int GROUP_BYTES = 256 << 10;
  private static final byte[] ZEROS = new byte[GROUP_BYTES];

  private SnapshotWriter() {}

  /**
   * The bytes of a snapshot. The memory is read when the source is.
   *
   * @param snapshot the snapshot
   * @return its file
   */
  public static ContentSource write(Snapshot snapshot) {
    MachineState machine = snapshot.machine();
    long size = (long) machine.pages() * MachineState.PAGE_BYTES;
    BitSet groups = groups(machine.memory(), size);
    byte[] end = end(record(snapshot, groups));
    return () -> {
      List<InputStream> parts = new ArrayList<>();
      groups.stream()
          .forEach(
              group -> {
                int from = group * GROUP_BYTES;
                int count = (int) Math.min(GROUP_BYTES, size - from);
                parts.add(new ByteArrayInputStream(machine.memory(), from, count));
                parts.add(new ByteArrayInputStream(ZEROS, 0, GROUP_BYTES - count));
              });
      parts.add(new ByteArrayInputStream(end));
      return new SequenceInputStream(Collections.enumeration(parts));
    };
  }

  /** Which groups hold anything but zeros. */
  private static BitSet groups(byte[] memory, long size) {
    BitSet groups = new BitSet();
    for (long from = 0; from < size; from += GROUP_BYTES) {
      int count = (int) Math.min(GROUP_BYTES, size - from);
      if (!isZero(memory, (int) from, count)) {
        groups.set((int) (from / GROUP_BYTES));
      }
    }
    return groups;
  }

  static boolean isZero(byte[] bytes, int from, int count) {
    return Arrays.equals(bytes, from, from + count, ZEROS, 0, count);
  }

  private static byte[] end(byte[] record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(record.length + FOOTER_BYTES);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(record);
      out.writeInt(record.length);
      out.writeInt(VERSION);
      out.writeInt(MAGIC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] record(Snapshot snapshot, BitSet groups) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      text(out, snapshot.module().toString());
      out.write(snapshot.imageHash().toBytes());
      out.writeInt(snapshot.costsVersion());
      limits(out, snapshot.limits());
      profile(out, snapshot.profile());
      out.writeLong(snapshot.fuelUsed());
      machine(out, snapshot.machine(), groups);
      out.writeInt(snapshot.host().length);
      out.write(snapshot.host());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void limits(DataOutputStream out, ExecutionLimits limits) throws IOException {
    out.writeLong(limits.memoryBytes());
    out.writeLong(limits.wallTime().toSeconds());
    out.writeInt(limits.wallTime().toNanosPart());
    out.writeLong(limits.inputBytes());
    out.writeLong(limits.outputBytes());
    out.writeLong(limits.fuel());
  }

  private static void profile(DataOutputStream out, HostProfile profile) throws IOException {
    out.writeBoolean(profile.clock().isPresent());
    if (profile.clock().isPresent()) {
      Instant instant = profile.clock().get();
      out.writeLong(instant.getEpochSecond());
      out.writeInt(instant.getNano());
    }
    out.writeBoolean(profile.randomSeed().isPresent());
    if (profile.randomSeed().isPresent()) {
      out.write(profile.randomSeed().get().toBytes());
    }
    out.writeInt(profile.environment().size());
    for (Map.Entry<String, String> variable : profile.environment().entrySet()) {
      text(out, variable.getKey());
      text(out, variable.getValue());
    }
  }

  private static void machine(DataOutputStream out, MachineState machine, BitSet groups)
      throws IOException {
    out.writeInt(machine.pages());
    set(out, groups);
    out.writeInt(machine.globals().size());
    for (MachineState.Global global : machine.globals()) {
      out.writeInt(global.index());
      out.writeByte(global.type());
      if (global.type() == MachineState.I64 || global.type() == MachineState.F64) {
        out.writeLong(global.bits());
      } else {
        out.writeInt((int) global.bits());
      }
    }
    out.writeInt(machine.tables().size());
    for (MachineState.Table table : machine.tables()) {
      table(out, table);
    }
    set(out, machine.data());
    set(out, machine.elements());
  }

  private static void table(DataOutputStream out, MachineState.Table table) throws IOException {
    int[] entries = table.entries();
    out.writeByte(table.type());
    out.writeInt(entries.length);
    out.writeInt((int) Arrays.stream(entries).filter(entry -> entry != MachineState.NULL).count());
    for (int i = 0; i < entries.length; i++) {
      if (entries[i] != MachineState.NULL) {
        out.writeInt(i);
        out.writeInt(entries[i]);
      }
    }
  }

  private static void set(DataOutputStream out, BitSet set) throws IOException {
    out.writeInt(set.cardinality());
    for (int i = set.nextSetBit(0); i >= 0; i = set.nextSetBit(i + 1)) {
      out.writeInt(i);
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
