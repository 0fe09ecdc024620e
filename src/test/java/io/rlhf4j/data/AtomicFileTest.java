package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void aFileIsWrittenIntoFoldersThatDoNotExistYet() throws IOException {
    Path file = folder.resolve("a/b/c.txt");
    AtomicFile.write(file, "héllo");
    assertThat(Files.readString(file)).isEqualTo("héllo");
  }

  @Test
  void theOldContentStaysWhenTheWriterFails() throws IOException {
    Path file = folder.resolve("kept.txt");
    AtomicFile.write(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("kept.txt")
        .hasMessageContaining("the disk is full");
    assertThat(Files.readString(file)).isEqualTo("old");
    assertThat(names()).containsExactly("kept.txt");
  }

  @Test
  void aRuntimeErrorOfTheWriterLeavesNothingBehindEither() {
    Path file = folder.resolve("new.txt");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      throw new IllegalStateException("bug");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void theOldContentIsReadableWhileTheNewIsBeingWritten() throws IOException {
    Path file = folder.resolve("shared.txt");
    AtomicFile.write(file, "old");
    AtomicFile.write(
        file,
        out -> {
          out.write("new".getBytes(java.nio.charset.StandardCharsets.UTF_8));
          out.flush();
          assertThat(Files.readString(file)).isEqualTo("old");
        });
    assertThat(Files.readString(file)).isEqualTo("new");
  }

  @Test
  void aLinkKeepsPointingToTheFileThatWasReplaced() throws IOException {
    Path target = folder.resolve("target.txt");
    AtomicFile.write(target, "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.txt"), target);
    AtomicFile.write(link, "new");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.readString(target)).isEqualTo("new");
  }

  @Test
  void aFolderInTheWayIsSaidInASentence() throws IOException {
    Path blocked = Files.createDirectories(folder.resolve("blocked/inside"));
    assertThatThrownBy(() -> AtomicFile.write(folder.resolve("blocked"), "x"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot write")
        .hasMessageContaining("blocked");
    assertThat(blocked).isDirectory();
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
