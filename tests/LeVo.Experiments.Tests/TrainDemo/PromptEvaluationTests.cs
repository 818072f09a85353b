using System.Security.Cryptography;
using System.Text.Json;
using LeVo.Alignment.Policy;
using LeVo.Core.Conditioning;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.TrainDemo;
using LeVo.Testing;

namespace LeVo.Experiments.Tests.TrainDemo;

public sealed class PromptEvaluationTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-heard-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void AgreementWithThePromptIsCounted()
    {
        var prompt = new MiniStyle(Singer: 1, Genre: 2, Instrument: 3, Tempo: 0);
        PromptTally tally = PromptTally.None
            .Add(new(Errors: 3, Phones: 10, Singer: 1, Genre: 2, Instrument: 0, Tempo: 0), prompt)
            .Add(new(Errors: 1, Phones: 30, Singer: 0, Genre: 2, Instrument: 3, Tempo: 1), prompt)
            .Add(HeardSong.Empty("[verse] la mo"), prompt);
        Assert.Equal(new(Songs: 3, Singer: 1, Genre: 2, Instrument: 1, Tempo: 1, Errors: 8, Phones: 44), tally);
        Assert.Equal("3 songs: singer 33 %, genre 67 %, instrument 33 %, tempo 33 %, phone error 18.2 %", $"{tally}");
    }

    [Fact]
    public void TheDifferenceOfTwoModelsIsThatOfTheirSums()
    {
        PairedErrors errors = PairedErrors.Of([Song(2, 10), Song(4, 20)], [Song(3, 10), Song(3, 20)]);
        Assert.Equal(0.2, errors.First, 12);
        Assert.Equal(0.2, errors.Second, 12);
        // The songs' deviations are +1 and -1 errors: sqrt(2 * 2 / 1) of 30 phones.
        Assert.Equal(2.0 / 30, errors.StandardError, 12);
        // As many more errors in each phone of each song is a difference without an error.
        errors = PairedErrors.Of([Song(1, 10), Song(2, 20)], [Song(2, 10), Song(4, 20)]);
        Assert.Equal(0.1, errors.Difference, 12);
        Assert.Equal(0, errors.StandardError, 12);
        Assert.Throws<ArgumentException>(() => PairedErrors.Of([Song(1, 10)], [Song(1, 11)]));
        Assert.Throws<ArgumentException>(() => PairedErrors.Of([], []));

        static HeardSong Song(int errors, int phones) => new(errors, phones, 0, 0, 0, 0);
    }

    [Fact]
    public async Task SongsThatWereHeardAreNotSampledAgain()
    {
        string weights = Path.Combine(folder.FullName, "weights");
        File.WriteAllText(weights, "no weights: nothing is sampled");
        string kept = Path.Combine(folder.FullName, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(weights)))[..16]);
        Directory.CreateDirectory(kept);
        HeardSong[] heard = [new(1, 2, 0, 1, 2, 1), HeardSong.Empty("[verse] la")];
        for (int i = 0; i < 2; i++)
            File.WriteAllText(Path.Combine(kept, $"song-{i}.json"), JsonSerializer.Serialize(heard[i]));
        var listener = new SongListener(
            TrainableModel.Open(Path.Combine(Repository.Root, "models", "levo-demo")), null!, null!, folder.FullName);
        Assert.Equal(heard.Reverse(), await listener.HearAsync(weights, [Song(1), Song(0)], TestContext.Current.CancellationToken));

        static SongToHear Song(int i) => new($"song-{i}", new SongCondition(), "[verse] la", 1);
    }
}
