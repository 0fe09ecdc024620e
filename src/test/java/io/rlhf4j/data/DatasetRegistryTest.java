package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries of a dataset_info.json, each against the same data in a layout of its own. */
class DatasetRegistryTest {
  @TempDir Path folder;

  /** Writes the registry with one entry and its file; quotes may be single. */
  private Path entry(String described, String rows) throws IOException {
    Files.writeString(folder.resolve("rows.jsonl"), rows.replace('\'', '"') + "\n");
    Files.writeString(
        folder.resolve("dataset_info.json"),
        ("{'mine':{'file_name':'rows.jsonl'" + described + "}}").replace('\'', '"'));
    return folder.resolve("dataset_info.json#mine");
  }

  @Test
  void alpacaColumnsUnderTheirOwnNames() throws IOException {
    Path mine =
        entry(
            ",'columns':{'prompt':'task','query':'context','response':'answer','system':'rule',"
                + "'history':'before'}",
            "{'task':'Add.','context':'1 and 2','answer':'3','rule':'Be brief.',"
                + "'before':[['Hello','Hi']],'output':'not this'}");
    Demonstration read = DatasetReader.readDemonstrations(mine).get(0);
    assertThat(read.completion()).isEqualTo("3");
    assertThat(read.prompt().messages())
        .containsExactly(
            new Message(Role.SYSTEM, "Be brief."),
            Message.user("Hello"),
            Message.assistant("Hi"),
            Message.user("Add.\n\n1 and 2"));
  }

  @Test
  void alpacaWithoutColumnsHasTheUsualOnes() throws IOException {
    Path mine = entry("", "{'instruction':'Add.','input':'','output':'3'}");
    assertThat(DatasetReader.readDemonstrations(mine))
        .extracting(Demonstration::completion)
        .containsExactly("3");
  }

  @Test
  void rankedPairsOfAlpacaAndShareGpt() throws IOException {
    Path alpaca =
        entry(
            ",'ranking':true,'columns':{'prompt':'q','chosen':'good','rejected':'bad'}",
            "{'q':'Why?','good':'So.','bad':'No.'}");
    Comparison pair = DatasetReader.readComparisons(alpaca).get(0);
    assertThat(List.of(pair.prompt().text(), pair.chosen(), pair.rejected()))
        .containsExactly("Why?", "So.", "No.");
    Path turns =
        entry(
            ",'formatting':'sharegpt','ranking':true,'columns':{'messages':'talk','chosen':'good',"
                + "'rejected':'bad'}",
            "{'talk':[{'from':'human','value':'Why?'}],'good':{'from':'gpt','value':'So.'},"
                + "'bad':{'from':'gpt','value':'No.'}}");
    assertThat(DatasetReader.readComparisons(turns)).containsExactly(pair);
  }

  @Test
  void dialoguesInTheWordsOfTheirTags() throws IOException {
    Path openai =
        entry(
            ",'formatting':'openai'",
            "{'messages':[{'role':'system','content':'Be brief.'},"
                + "{'role':'user','content':'Why?'},{'role':'assistant','content':'So.'}]}");
    List<Demonstration> read = DatasetReader.readDemonstrations(openai);
    assertThat(read).extracting(Demonstration::completion).containsExactly("So.");
    assertThat(read.get(0).prompt().messages())
        .containsExactly(new Message(Role.SYSTEM, "Be brief."), Message.user("Why?"));
    Path own =
        entry(
            ",'formatting':'sharegpt','columns':{'messages':'talk','system':'rule'},'tags':"
                + "{'role_tag':'who','content_tag':'what','user_tag':'du','assistant_tag':'ich'}",
            "{'rule':'Be brief.','talk':[{'who':'du','what':'Why?'},{'who':'ich','what':'So.'}]}");
    assertThat(DatasetReader.readDemonstrations(own)).isEqualTo(read);
  }

  @Test
  void answersCalledGoodOrBad() throws IOException {
    Path alpaca =
        entry(
            ",'columns':{'kto_tag':'good'}", "{'instruction':'Why?','output':'So.','good':false}");
    DatasetReader bad = DatasetReader.open(alpaca);
    assertThat(bad.schema()).isEqualTo(DatasetSchema.UNPAIRED);
    assertThat(bad.prompts().get(0).text()).isEqualTo("Why?");
    assertThat(bad.rows().get(0).json().get("label").asBoolean()).isFalse();
    Path turns =
        entry(
            ",'formatting':'sharegpt','columns':{'kto_tag':'good'}",
            "{'conversations':[{'from':'human','value':'Why?'},{'from':'gpt','value':'So.'}],"
                + "'good':true}");
    DatasetReader read = DatasetReader.open(turns);
    assertThat(read.schema()).isEqualTo(DatasetSchema.UNPAIRED);
    assertThat(read.rows().get(0).json().get("completion").asText()).isEqualTo("So.");
    assertThat(read.rows().get(0).json().get("label").asBoolean()).isTrue();
  }

  @Test
  void mistakesInTheRegistryAreNamedWithWhatWasMeant() throws IOException {
    Path mine = entry("", "{}");
    refused(folder.resolve("dataset_info.json#mime"), "no entry 'mime' (did you mean 'mine'?)");
    entry(",'formating':'openai'", "{}");
    refused(mine, "entry 'mine': unknown key 'formating' (did you mean 'formatting'?)");
    entry(",'formatting':'xml'", "{}");
    refused(mine, "entry 'mine': formatting must be alpaca, sharegpt or openai, was \"xml\"");
    entry(",'columns':{'promt':'x'}", "{}");
    refused(mine, "unknown key 'columns.promt' (did you mean 'prompt'?)");
    entry(",'hf_hub_url':'a/b'", "{}");
    refused(mine, "unknown key 'hf_hub_url'");
    entry(",'columns':{'prompt':'q'}", "{'q':'Why?','output':'So.'}\n{'p':'Why?','output':'So.'}");
    refused(mine, "rows.jsonl:2: key 'q' is missing; the keys found are [p, output]");
    entry(",'formatting':'sharegpt'", "{'conversations':[{'from':'du','value':'Why?'}]}");
    refused(
        mine,
        "rows.jsonl:1: conversations[0].from must be one of"
            + " [function_call, gpt, human, observation, system]; other words are named under tags,"
            + " was \"du\"");
    Files.delete(folder.resolve("rows.jsonl"));
    refused(mine, "entry 'mine' names rows.jsonl, which is no file beside it");
    Files.delete(folder.resolve("dataset_info.json"));
    refused(mine, "there is no file", "dataset_info.json");
  }

  private static void refused(Path entry, String... words) {
    assertThatThrownBy(() -> DatasetReader.open(entry))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(words);
  }
}
