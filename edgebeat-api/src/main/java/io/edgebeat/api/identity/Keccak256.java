package io.edgebeat.api.identity;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Keccak-256 as Ethereum uses it: Keccak[c=512] with the original padding 0x01 (Keccak reference
 * 3.0), not the SHA3-256 of FIPS 202.
 */
public final class Keccak256 {
  private static final int RATE = 136;
  private static final VarHandle LANE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long[] ROUND_CONSTANTS = {
    0x0000000000000001L, 0x0000000000008082L, 0x800000000000808aL, 0x8000000080008000L,
    0x000000000000808bL, 0x0000000080000001L, 0x8000000080008081L, 0x8000000000008009L,
    0x000000000000008aL, 0x0000000000000088L, 0x0000000080008009L, 0x000000008000000aL,
    0x000000008000808bL, 0x800000000000008bL, 0x8000000000008089L, 0x8000000000008003L,
    0x8000000000008002L, 0x8000000000000080L, 0x000000000000800aL, 0x800000008000000aL,
    0x8000000080008081L, 0x8000000000008080L, 0x0000000080000001L, 0x8000000080008008L
  };

  private Keccak256() {}

  /**
   * Hashes some bytes.
   *
   * @param input the bytes
   * @return 32 bytes
   */
  public static byte[] hash(byte[] input) {
    return hash(input, 0, input.length);
  }

  /**
   * Hashes a part of an array.
   *
   * @param input the array
   * @param offset where the bytes begin
   * @param length how many there are
   * @return 32 bytes
   * @throws IndexOutOfBoundsException when the part is not inside of the array
   */
  public static byte[] hash(byte[] input, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, input.length);
    int wholeBlocks = length / RATE;
    int rest = length - wholeBlocks * RATE;
    byte[] lastBlock = new byte[RATE];
    System.arraycopy(input, offset + wholeBlocks * RATE, lastBlock, 0, rest);
    lastBlock[rest] = 0x01;
    lastBlock[RATE - 1] |= (byte) 0x80;

    // The state is 25 lanes, a<x><y>, in local variables, and everything happens in this one
    // method: the compiler keeps most of them in registers, and no array of them is ever made.
    long a00 = 0;
    long a10 = 0;
    long a20 = 0;
    long a30 = 0;
    long a40 = 0;
    long a01 = 0;
    long a11 = 0;
    long a21 = 0;
    long a31 = 0;
    long a41 = 0;
    long a02 = 0;
    long a12 = 0;
    long a22 = 0;
    long a32 = 0;
    long a42 = 0;
    long a03 = 0;
    long a13 = 0;
    long a23 = 0;
    long a33 = 0;
    long a43 = 0;
    long a04 = 0;
    long a14 = 0;
    long a24 = 0;
    long a34 = 0;
    long a44 = 0;
    for (int i = 0; i <= wholeBlocks; i++) {
      byte[] block = i < wholeBlocks ? input : lastBlock;
      int at = i < wholeBlocks ? offset + i * RATE : 0;
      a00 ^= lane(block, at);
      a10 ^= lane(block, at + 8);
      a20 ^= lane(block, at + 16);
      a30 ^= lane(block, at + 24);
      a40 ^= lane(block, at + 32);
      a01 ^= lane(block, at + 40);
      a11 ^= lane(block, at + 48);
      a21 ^= lane(block, at + 56);
      a31 ^= lane(block, at + 64);
      a41 ^= lane(block, at + 72);
      a02 ^= lane(block, at + 80);
      a12 ^= lane(block, at + 88);
      a22 ^= lane(block, at + 96);
      a32 ^= lane(block, at + 104);
      a42 ^= lane(block, at + 112);
      a03 ^= lane(block, at + 120);
      a13 ^= lane(block, at + 128);

      for (long roundConstant : ROUND_CONSTANTS) {
        // Theta: into every lane the parities of the column to its left and, rotated, to its right.
        long c0 = a00 ^ a01 ^ a02 ^ a03 ^ a04;
        long c1 = a10 ^ a11 ^ a12 ^ a13 ^ a14;
        long c2 = a20 ^ a21 ^ a22 ^ a23 ^ a24;
        long c3 = a30 ^ a31 ^ a32 ^ a33 ^ a34;
        long c4 = a40 ^ a41 ^ a42 ^ a43 ^ a44;
        long d0 = c4 ^ Long.rotateLeft(c1, 1);
        long d1 = c0 ^ Long.rotateLeft(c2, 1);
        long d2 = c1 ^ Long.rotateLeft(c3, 1);
        long d3 = c2 ^ Long.rotateLeft(c4, 1);
        long d4 = c3 ^ Long.rotateLeft(c0, 1);

        // Rho and pi: rotate each lane and move a<x><y> to b<y><2x+3y>.
        long b00 = a00 ^ d0;
        long b10 = Long.rotateLeft(a11 ^ d1, 44);
        long b20 = Long.rotateLeft(a22 ^ d2, 43);
        long b30 = Long.rotateLeft(a33 ^ d3, 21);
        long b40 = Long.rotateLeft(a44 ^ d4, 14);
        long b01 = Long.rotateLeft(a30 ^ d3, 28);
        long b11 = Long.rotateLeft(a41 ^ d4, 20);
        long b21 = Long.rotateLeft(a02 ^ d0, 3);
        long b31 = Long.rotateLeft(a13 ^ d1, 45);
        long b41 = Long.rotateLeft(a24 ^ d2, 61);
        long b02 = Long.rotateLeft(a10 ^ d1, 1);
        long b12 = Long.rotateLeft(a21 ^ d2, 6);
        long b22 = Long.rotateLeft(a32 ^ d3, 25);
        long b32 = Long.rotateLeft(a43 ^ d4, 8);
        long b42 = Long.rotateLeft(a04 ^ d0, 18);
        long b03 = Long.rotateLeft(a40 ^ d4, 27);
        long b13 = Long.rotateLeft(a01 ^ d0, 36);
        long b23 = Long.rotateLeft(a12 ^ d1, 10);
        long b33 = Long.rotateLeft(a23 ^ d2, 15);
        long b43 = Long.rotateLeft(a34 ^ d3, 56);
        long b04 = Long.rotateLeft(a20 ^ d2, 62);
        long b14 = Long.rotateLeft(a31 ^ d3, 55);
        long b24 = Long.rotateLeft(a42 ^ d4, 39);
        long b34 = Long.rotateLeft(a03 ^ d0, 41);
        long b44 = Long.rotateLeft(a14 ^ d1, 2);

        // Chi, and iota in the first lane.
        a00 = b00 ^ (~b10 & b20) ^ roundConstant;
        a10 = b10 ^ (~b20 & b30);
        a20 = b20 ^ (~b30 & b40);
        a30 = b30 ^ (~b40 & b00);
        a40 = b40 ^ (~b00 & b10);
        a01 = b01 ^ (~b11 & b21);
        a11 = b11 ^ (~b21 & b31);
        a21 = b21 ^ (~b31 & b41);
        a31 = b31 ^ (~b41 & b01);
        a41 = b41 ^ (~b01 & b11);
        a02 = b02 ^ (~b12 & b22);
        a12 = b12 ^ (~b22 & b32);
        a22 = b22 ^ (~b32 & b42);
        a32 = b32 ^ (~b42 & b02);
        a42 = b42 ^ (~b02 & b12);
        a03 = b03 ^ (~b13 & b23);
        a13 = b13 ^ (~b23 & b33);
        a23 = b23 ^ (~b33 & b43);
        a33 = b33 ^ (~b43 & b03);
        a43 = b43 ^ (~b03 & b13);
        a04 = b04 ^ (~b14 & b24);
        a14 = b14 ^ (~b24 & b34);
        a24 = b24 ^ (~b34 & b44);
        a34 = b34 ^ (~b44 & b04);
        a44 = b44 ^ (~b04 & b14);
      }
    }

    byte[] hash = new byte[32];
    LANE.set(hash, 0, a00);
    LANE.set(hash, 8, a10);
    LANE.set(hash, 16, a20);
    LANE.set(hash, 24, a30);
    return hash;
  }

  private static long lane(byte[] block, int at) {
    return (long) LANE.get(block, at);
  }
}
