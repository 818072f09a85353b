using LeVo.Alignment.Data;
using LeVo.Alignment.Tests.Policy;
using LeVo.Core.Checkpoints;
using LeVo.Core.Numerics;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Data;

public sealed class TokenShardsTests : IDisposable
{
    private readonly TinyTraining tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void SongsComeBackAsTheyWent()
    {
        TrainingSong[] songs =
        [
            TinyTraining.Song(9), new(TinyTraining.Song(4).Tokens, null, null),
                TinyTraining.Song(300) with { Lyrics = "äö \"x\"\n" },
            TinyTraining.Song(5) with { Prompt = TinyTraining.Song(3).Tokens, Musicality = Musicality.Low },
        ];
        Write(songs, perShard: 3);
        using var shards = new TokenShards(tiny.At("shards"));
        Assert.Equal(4, shards.Count);
        for (int i = 0; i < songs.Length; i++)
        {
            TrainingSong read = shards.Load(i);
            Assert.Equal(songs[i].Tokens.Frames, shards.GetFrameCount(i));
            Assert.Equal(songs[i].Tokens.Row(SongPart.Vocal).ToArray(), read.Tokens.Row(SongPart.Vocal).ToArray());
            Assert.Equal(songs[i].Tokens.Row(SongPart.Accompaniment).ToArray(), read.Tokens.Row(SongPart.Accompaniment).ToArray());
            Assert.Equal((songs[i].Lyrics, songs[i].Description), (read.Lyrics, read.Description));
            Assert.Equal(songs[i].Musicality, read.Musicality);
            Assert.Equal(songs[i].MarkedFrames, read.MarkedFrames);
            Assert.Equal(songs[i].LyricsTokens, read.LyricsTokens);
            Assert.Equal(songs[i].Prompt?.Row(SongPart.Mixed).ToArray(), read.Prompt?.Row(SongPart.Mixed).ToArray());
        }
    }

    [Fact]
    public void BatchesFromShardsAreThoseFromMemory()
    {
        TrainingSong[] songs = [.. Enumerable.Range(1, 40).Select(TinyTraining.Song)];
        Write(songs, perShard: 7);
        using var shards = new TokenShards(tiny.At("shards"));
        var streamed = new LengthBuckets(shards, 4);
        var inMemory = new LengthBuckets(new SongsInMemory(songs), 4);
        Assert.Equal(inMemory.DrawIndices(At(5)), streamed.DrawIndices(At(5)));
        Assert.NotEqual(inMemory.DrawIndices(At(5)), streamed.DrawIndices(At(6)));
        Assert.NotEqual(streamed.DrawIndices(At(5, seed: 2)), streamed.DrawIndices(At(5)));
        Assert.Equal(40,
            Enumerable.Range(0, 400).SelectMany(step => streamed.DrawIndices(At(step))).Distinct().Count());
        Assert.All(Enumerable.Range(0, 50), step =>
        {
            int[] lengths = [.. streamed.Draw(At(step)).Select(song => song.Tokens.Frames).Order()];
            // Sixteen neighbours on a circle of forty lengths.
            Assert.True(lengths[^1] - lengths[0] < 16 || lengths.Count(length => length <= 16) is > 0 and < 4
                || lengths[^1] > 24);
        });

        static Random At(int step, int seed = 1) => StepRandom.Create(seed, step);
    }

    [Fact]
    public void ABrokenRecordNamesItsFileAndIndex()
    {
        Write([TinyTraining.Song(9), TinyTraining.Song(9), TinyTraining.Song(9)], perShard: 2);
        string second = tiny.At("shards/shard-00001.safetensors"), first = tiny.At("shards/shard-00000.safetensors");
        Rewrite(first, "tokens.1", () => ones(3, 9, dtype: float32));
        Assert.Contains("shard-00000.safetensors', song 1", Assert.Throws<InvalidDataException>(() =>
            new TokenShards(tiny.At("shards"))).Message);
        Rewrite(first, "tokens.1", () => full([3, 9], -1, int32));
        using (var shards = new TokenShards(tiny.At("shards")))
        {
            shards.Load(0);
            Assert.Contains("shard-00000.safetensors', song 1",
                Assert.Throws<InvalidDataException>(() => shards.Load(1)).Message);
            shards.Load(2);
        }
        File.WriteAllText(second, "no shard at all");
        Assert.Contains("shard-00001", Assert.Throws<InvalidDataException>(() => new TokenShards(tiny.At("shards")))
            .Message);
        TensorWriter.Save(second, []);
        Assert.Contains("songs", Assert.Throws<InvalidDataException>(() => new TokenShards(tiny.At("shards"))).Message);
    }

    [Theory]
    [InlineData("very-low", Musicality.VeryLow)]
    [InlineData(" [Musicality-high]\n", Musicality.High)]
    [InlineData("Medium", Musicality.Medium)]
    public void ATierIsReadInAnyForm(string text, Musicality tier) => Assert.Equal(tier, MusicalityTiers.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("excellent")]
    public void ATierThatThereIsNotIsRefused(string text) =>
        Assert.Contains("VeryHigh", Assert.Throws<InvalidDataException>(() => MusicalityTiers.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void ASongWithoutFramesIsRefused() => Assert.Throws<ArgumentException>(() =>
        new TokenShardWriter(tiny.At("shards")).Add(new(SongTokens.FromRows([], [], []), null, null)));

    private void Write(TrainingSong[] songs, int perShard)
    {
        var writer = new TokenShardWriter(tiny.At("shards"), songsPerShard: perShard);
        foreach (TrainingSong song in songs)
            writer.Add(song);
        writer.Complete();
        Assert.Equal((songs.Length + perShard - 1) / perShard, writer.Shards);
    }

    private static void Rewrite(string path, string name, Func<Tensor> value)
    {
        using var scope = NewDisposeScope();
        using Checkpoint file = Checkpoint.Open(path);
        TensorWriter.Save(path,
            [.. file.Tensors.Keys.Select(key => (key, key == name ? value() : file.Load(key)))],
            file.Metadata);
    }
}
