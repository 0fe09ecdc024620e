package io.rlhf4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script itself, in a copy of the project that is built already, with a Java that only
 * prints its environment and arguments.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final Set<String> SPINS = Set.of("1000", "10000");

  @TempDir Path folder;

  @BeforeEach
  void aProjectThatIsBuiltAndAJavaThatTells() throws IOException {
    executable("project/rlhf4j", Files.readString(Path.of("rlhf4j")));
    write("project/pom.xml", "");
    write("project/.mvn/jvm.config", "");
    write("project/src/main/Nothing.java", "");
    for (String source : new String[] {"pom.xml", ".mvn", ".mvn/jvm.config", "src/main"}) {
      old(folder.resolve("project").resolve(source));
    }
    old(folder.resolve("project/src/main/Nothing.java"));
    String library = write("library.jar", "").toString();
    write("project/.rlhf4j/build/classes/Main.class", "");
    write("project/.rlhf4j/build/classpath.txt", library);
    write("project/.rlhf4j/build/rlhf4j.stamp", "");
    jdk("17.0.1");
  }

  @Test
  void whatTheUserHasExportedStays() throws Exception {
    Map<String, String> said =
        environment(
            Map.of(
                "OMP_NUM_THREADS", "3",
                "GOMP_SPINCOUNT", "77",
                "MALLOC_ARENA_MAX", "5",
                "OPENBLAS_CORETYPE", "Haswell"),
            "doctor");
    assertThat(said)
        .containsEntry("OMP_NUM_THREADS", "3")
        .containsEntry("GOMP_SPINCOUNT", "77")
        .containsEntry("MALLOC_ARENA_MAX", "5")
        .containsEntry("OPENBLAS_CORETYPE", "Haswell");
  }

  @Test
  void moreThreadsThanProcessorsSpinShortly() throws Exception {
    assertThat(environment(Map.of("OMP_NUM_THREADS", "100000"), "doctor"))
        .containsEntry("GOMP_SPINCOUNT", "1000");
  }

  @Test
  void aNumberOfThreadsThatIsNoneStopsNothing() throws Exception {
    assertThat(environment(Map.of("OMP_NUM_THREADS", "many"), "doctor").get("GOMP_SPINCOUNT"))
        .isIn(SPINS);
  }

  @Test
  void freedMemoryIsKeptWithoutHugePages() throws Exception {
    assertThat(environment(Map.of(), "doctor"))
        .containsEntry("MALLOC_MMAP_MAX_", "0")
        .containsEntry("MALLOC_TRIM_THRESHOLD_", "68719476736")
        .containsEntry("MALLOC_ARENA_MAX", "1")
        .doesNotContainKey("THP_MEM_ALLOC_ENABLE");
  }

  @Test
  void theDemosStagesGetOneOpenBlasThreadEach() throws Exception {
    assertThat(environment(Map.of(), "demo"))
        .containsEntry("OPENBLAS_NUM_THREADS", "1")
        .containsEntry("MALLOC_ARENA_MAX", "2");
  }

  @Test
  void javaThatIsTooOldIsNamedWithWhatToDo() throws Exception {
    jdk("11.0.2");
    assertThat(output(Map.of(), 1, "doctor"))
        .contains("rlhf4j needs Java 17 or newer", "is Java 11", "set JAVA_HOME to a newer JDK");
  }

  @Test
  void aJavaHomeWithoutJavaIsNamed() throws Exception {
    Path nowhere = folder.resolve("nowhere");
    assertThat(output(Map.of("JAVA_HOME", nowhere.toString()), 1, "doctor"))
        .contains("JAVA_HOME is " + nowhere, "has no bin/java");
  }

  private Map<String, String> environment(Map<String, String> exported, String... arguments)
      throws Exception {
    Map<String, String> said = new HashMap<>();
    output(exported, 0, arguments)
        .lines()
        .filter(line -> line.contains("="))
        .forEach(line -> said.put(line.split("=", 2)[0], line.split("=", 2)[1]));
    return said;
  }

  private String output(Map<String, String> exported, int code, String... arguments)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder("./rlhf4j");
    builder.command().addAll(List.of(arguments));
    builder.directory(folder.resolve("project").toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.matches("(OMP|GOMP|KMP|OPENBLAS|MALLOC|THP)_.*"));
    environment.put("JAVA_HOME", folder.resolve("jdk").toString());
    environment.putAll(exported);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(code);
    return said;
  }

  private void jdk(String version) throws IOException {
    write("jdk/release", "JAVA_VERSION=\"" + version + "\"\n");
    executable("jdk/bin/java", "#!/bin/sh\nenv\n");
  }

  private void executable(String name, String text) throws IOException {
    assertThat(write(name, text).toFile().setExecutable(true)).isTrue();
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static void old(Path path) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(3600)));
  }
}
