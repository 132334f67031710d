package io.edgebeat.benchmarks.wasm;

import io.edgebeat.benchmarks.wasm.Anatomy.Instruction;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Spoils modules: bytes without regard to what they mean, sections as wholes, numbers where numbers
 * stand, and instructions so that the rest still fits.
 */
final class Mutator {
  private static final int[] NUMBERS = {
    0, 1, 2, 0x40, 0x7f, 0xff, 0x7fff, 0xffff, 0x10_0000, 0x7fff_ffff, -1, -2, -128,
  };

  private final List<byte[]> corpus;

  Mutator(List<byte[]> corpus) {
    this.corpus = corpus;
  }

  /** What the seed makes of some module of the corpus. */
  byte[] mutate(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] module = corpus.get(random.nextInt(corpus.size()));
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      module = once(module, random);
    }
    return module;
  }

  private byte[] once(byte[] module, SplittableRandom random) {
    if (module.length < 16) {
      return module;
    }
    return switch (random.nextInt(14)) {
      case 0 -> flipped(module, random);
      case 1 -> number(module, random);
      case 2 -> Arrays.copyOf(module, random.nextInt(module.length));
      case 3 -> moved(module, random);
      case 4 -> sections(module, random);
      default -> instructions(module, random);
    };
  }

  private static byte[] flipped(byte[] module, SplittableRandom random) {
    byte[] changed = module.clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  /** Writes a number of the binary format over what is there, or before it. */
  private static byte[] number(byte[] module, SplittableRandom random) {
    Code number = new Code();
    int value = NUMBERS[random.nextInt(NUMBERS.length)];
    if (random.nextBoolean()) {
      number.unsigned(Integer.toUnsignedLong(value));
    } else {
      number.signed(value);
    }
    byte[] bytes = number.toBytes();
    int at = 8 + random.nextInt(module.length - 8);
    int over = random.nextBoolean() ? Math.min(bytes.length, module.length - at) : 0;
    return joined(slice(module, 0, at), bytes, slice(module, at + over, module.length));
  }

  /** Takes some bytes out, or puts them elsewhere too. */
  private static byte[] moved(byte[] module, SplittableRandom random) {
    int from = 8 + random.nextInt(module.length - 8);
    int to = Math.min(module.length, from + 1 + random.nextInt(32));
    if (random.nextBoolean()) {
      return joined(slice(module, 0, from), slice(module, to, module.length));
    }
    int at = 8 + random.nextInt(module.length - 8);
    return joined(slice(module, 0, at), slice(module, from, to), slice(module, at, module.length));
  }

  /** Drops, doubles or swaps a section, or takes one of another module. */
  private byte[] sections(byte[] module, SplittableRandom random) {
    List<byte[]> all = new ArrayList<>(split(module));
    if (all.isEmpty()) {
      return module;
    }
    int at = random.nextInt(all.size());
    switch (random.nextInt(4)) {
      case 0 -> all.remove(at);
      case 1 -> all.add(random.nextInt(all.size()), all.get(at));
      case 2 -> all.add(at, all.remove(random.nextInt(all.size())));
      default -> {
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        int id = all.get(at)[0];
        for (byte[] section : split(other)) {
          if (section[0] == id) {
            all.set(at, section);
          }
        }
      }
    }
    all.add(0, slice(module, 0, 8));
    return joined(all.toArray(byte[][]::new));
  }

  /** The sections of a module with their heads, as far as it is one. */
  private static List<byte[]> split(byte[] module) {
    List<byte[]> all = new ArrayList<>();
    int at = 8;
    while (at < module.length) {
      int from = at++;
      long size = 0;
      for (int shift = 0; at < module.length && shift < 35; shift += 7) {
        int next = module[at++];
        size |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          break;
        }
      }
      at = (int) Math.min(module.length, at + size);
      all.add(slice(module, from, at));
    }
    return all;
  }

  private static byte[] instructions(byte[] module, SplittableRandom random) {
    try {
      Anatomy anatomy = Anatomy.of(module);
      if (!anatomy.bodies.isEmpty()) {
        Anatomy.Body body = anatomy.bodies.get(random.nextInt(anatomy.bodies.size()));
        for (int i = 1 + random.nextInt(2); i > 0 && !body.instructions.isEmpty(); i--) {
          change(body.instructions, random);
        }
      }
      return anatomy.toBytes();
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return flipped(module, random); // spoilt already
    }
  }

  private static void change(List<Instruction> all, SplittableRandom random) {
    int at = random.nextInt(all.size());
    Instruction there = all.get(at);
    switch (random.nextInt(12)) {
      case 0 -> all.remove(at);
      case 1 -> all.add(at, all.get(random.nextInt(all.size())));
      case 2 -> all.set(at, constant(random));
      case 3, 4, 5, 6, 7, 8 -> {
        // Another one of the same type.
        List<Op> like =
            Op.all().stream()
                .filter(
                    op ->
                        op.takes().equals(there.op().takes())
                            && op.gives().equals(there.op().gives())
                            && op.immediate() == there.op().immediate()
                            && op.code() <= 0xff)
                .toList();
        if (there.op().code() <= 0xff && !like.isEmpty()) {
          byte[] bytes = there.bytes().clone();
          Op op = like.get(random.nextInt(like.size()));
          bytes[0] = (byte) op.code();
          all.set(at, new Instruction(op, bytes));
        }
      }
      default -> {
        // Another number behind it.
        byte[] bytes = there.bytes().clone();
        bytes[bytes.length - 1] = (byte) (random.nextInt() & 0x7f);
        all.set(at, new Instruction(there.op(), bytes));
      }
    }
  }

  private static Instruction constant(SplittableRandom random) {
    Code code = new Code();
    Constants.write(code, "iIfF".charAt(random.nextInt(4)), random);
    return Instruction.of(code);
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, Math.max(from, to));
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
