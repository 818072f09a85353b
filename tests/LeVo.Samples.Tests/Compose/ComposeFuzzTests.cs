using LeVo.Samples.Compose;
using LeVo.Testing;
using LeVo.Testing.Faults;

namespace LeVo.Samples.Tests.Compose;

/// <summary>Damaged files of songs.</summary>
public sealed class ComposeFuzzTests : IDisposable
{
    private const string Songs = """
        {"idx": "rain", "descriptions": "male, rock", "gt_lyric": "[verse] Rain on the road.Light on the hill"}

        {"idx": "snow", "gt_lyric": "[verse] 雪 \ud83d\ude00", "more": [1, {"a": null}], "prompt_audio_path": null}
        """;

    private const string Several = """
        [{"idx": 1, "descriptions": ["male", "rock"], "gt_lyric": "[Verse 1]\n(la) la\n", "seed": 7, "duration": 12.5, "type": "bgm"},
        // comment
        {"idx": "snow", "lyrics": "[verse] la",}]
        """;

    private static readonly int Inputs = LongChecks.Count("LEVO_FUZZ_INPUTS", 20_000);
    private static readonly int Seed = LongChecks.Count("LEVO_FUZZ_SEED", 1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-fuzz-");

    private string Bad => Path.Combine(folder.FullName, "bad");

    [Fact]
    public void FilesOfSongs() => Run(new("songs", 
        [System.Text.Encoding.UTF8.GetBytes(Songs), System.Text.Encoding.UTF8.GetBytes(Several), System.Text.Encoding.Unicode.GetBytes("\uFEFF" + Songs)], input =>
    {
        var problems = new List<string>();
        IReadOnlyList<InputSong> songs = InputFile.Read(Write(input), SongType.Separate, problems).Songs;
        var arguments = Arguments.Parse(["--input", "x"], []);
        foreach (InputSong song in songs)
            PlannedSong.Plan(song, arguments, problems, problems);
        if (problems.Count > 0)
            throw new InvalidDataException(string.Join('\n', problems));
    }, typeof(InvalidDataException)), Inputs / 10);

    public void Dispose() => folder.Delete(recursive: true);

    private static void Run(FuzzTarget target, int inputs) => Assert.InRange(Fuzzer.Run(target, inputs, Seed), 1, inputs - 1);

    private string Write(byte[] content)
    {
        File.WriteAllBytes(Bad, content);
        return Bad;
    }
}
