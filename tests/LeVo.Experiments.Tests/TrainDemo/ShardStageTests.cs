using LeVo.Alignment.Data;
using LeVo.Codec.Training;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.TrainDemo;
using LeVo.Testing;

namespace LeVo.Experiments.Tests.TrainDemo;

public sealed class ShardStageTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-shards-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void SongsAreEncodedIntoShardsOnce()
    {
        string models = Path.Combine(Repository.Root, "models");
        using var encoder = new SongEncoder(Path.Combine(models, "levo-demo", "codec", "mixed.safetensors"),
            Path.Combine(models, "stages", "dual-encoder.safetensors"), DemoSizes.Encoder, DemoSizes.Taps);
        var folders = new DemoFolders(folder.FullName, Path.Combine(models, "levo-demo"));
        Write(2);
        Write(1); // is there already
        using TokenShards shards = ShardStage.OpenTraining(folders);
        Assert.Equal(2, shards.Count);
        Assert.Empty(ShardStage.ReadHeldOut(folders));
        MiniSong expected = MiniRenderer.Render(MiniSongFactory.Create(ShardStage.TrainingSeed + 1, heldOut: false));
        TrainingSong song = shards.Load(1);
        Assert.Equal((expected.Spec.Lyrics, expected.Spec.Description), (song.Lyrics, song.Description));
        SongTokens tokens = encoder.Encode(expected.Vocal, expected.Accompaniment);
        Assert.Equal(tokens.Row(SongPart.Vocal).ToArray(), song.Tokens.Row(SongPart.Vocal).ToArray());
        Assert.Equal(expected.Frames, song.LyricsTokens.Count);
        Assert.All(song.MarkedFrames, t => Assert.NotEqual(expected.Phone[t - 1], expected.Phone[t]));
        SilentCodes silent = SilentCodes.Count(ShardStage.ReadFirst(folders));
        Assert.Contains(silent.Vocal, song.Tokens.Row(SongPart.Vocal).ToArray());

        void Write(int count) => ShardStage.Write(folders, "train-000", encoder, ShardStage.TrainingSeed, count,
            heldOut: false, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void ArgumentsAreRead()
    {
        var read = new Arguments(["--stage", "mixed", "--steps", "7", "--rate", "1e-3", "--precision", "int4"]);
        Assert.Empty(read.Line.Problems);
        Assert.Equal(("mixed", 7, 1e-3, 1), (read.Stage, read.Steps!.Value, read.Rate!.Value, read.Seed));
        Assert.Contains("--stage is one of", Assert.Single(new Arguments([]).Line.Problems));
        Assert.Contains("'--epochs' is no option",
            Assert.Single(new Arguments(["--stage", "vae", "--epochs", "3"]).Line.Problems));
    }
}
