package io.edgebeat.exec.wasm.wasi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Counts the files anew and compares with what was counted on the way. */
public final class FilesAudit {
  private FilesAudit() {}

  /**
   * Checks.
   *
   * @param files the files
   * @param descriptors what is open
   */
  public static void check(MemoryFiles files, Descriptors descriptors) throws WasiError {
    Map<FileNode, Integer> names = new HashMap<>();
    Set<FileNode> nodes = new HashSet<>();
    nodes.add(files.root);
    Deque<Directory> open = new ArrayDeque<>();
    open.add(files.root);
    int nameCount = 0;
    while (!open.isEmpty()) {
      Directory directory = open.remove();
      assertThat(directory.depth()).isLessThanOrEqualTo(files.quota.depth());
      for (Directory.Entry entry : directory.entries()) {
        nameCount++;
        names.merge(entry.node(), 1, Integer::sum);
        assertThat(entry.name()).isNotEmpty().doesNotContain("/", "\0");
        assertThat(entry.number()).isLessThanOrEqualTo(directory.lastNumber);
        nodes.add(entry.node());
        if (entry.node() instanceof Directory inner) {
          assertThat(inner.parent).isSameAs(directory);
          assertThat(inner.names).isEqualTo(1);
          open.add(inner);
        }
      }
    }
    Map<FileNode, Integer> holders = new HashMap<>();
    int descriptorCount = 0;
    for (int fd : descriptors.numbers().stream().toArray()) {
      descriptorCount++;
      FileNode node = descriptors.get(fd).node();
      if (node != null) {
        nodes.add(node);
        holders.merge(node, 1, Integer::sum);
      }
    }
    long blocks = nameCount;
    for (FileNode node : nodes) {
      assertThat(node.names).isEqualTo(names.getOrDefault(node, 0));
      assertThat(node.holders).isEqualTo(holders.getOrDefault(node, 0));
      assertThat(node.inode).isBetween(1L, files.lastInode);
      blocks += node.blocks();
      if (node instanceof RegularFile file) {
        int existing = 0;
        for (int i = 0; i < file.blocks(); i++) {
          existing += file.hasBlock(i) ? 1 : 0;
        }
        assertThat(file.hasBlock((int) file.blocks())).isFalse();
        assertThat(existing).isLessThanOrEqualTo((int) file.blocks());
      }
    }
    assertThat(files.bytes()).isEqualTo(blocks * FileQuota.BLOCK);
    assertThat(files.bytes()).isLessThanOrEqualTo(files.quota.bytes());
    assertThat(nameCount).isLessThanOrEqualTo(files.quota.names());
    assertThat(descriptorCount).isLessThanOrEqualTo(files.quota.descriptors());
  }
}
