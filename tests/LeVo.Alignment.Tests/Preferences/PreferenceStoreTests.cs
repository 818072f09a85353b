using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Tests.Preferences;

public sealed class PreferenceStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("levo-pairs-").FullName;

    public PreferenceStoreTests() => LeVoRuntime.EnsureTorch();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string File0 => Path.Combine(folder, "pairs.jsonl");

    [Fact]
    public void PairsComeBackAsTheyWent()
    {
        PreferencePair first =
            Pairs.Of(1, 2) with { Condition = new("[verse] äö \"la\"\nla", null) { Prompt = Pairs.Song(9) } };
        PreferencePair second = Pairs.Of(2, 3, gap: 0.1 + 0.2);
        new PreferenceStore(folder).Append(first);
        new PreferenceStore(folder).Append(second);
        PreferencePair[] read = [.. new PreferenceStore(folder).Read()];
        Assert.Equal(2, read.Length);
        Assert.Equal(first.Condition.Key(), read[0].Condition.Key());
        Assert.Equal(first.Condition.Lyrics, read[0].Condition.Lyrics);
        Assert.Equal(second.ChosenScore, read[1].ChosenScore);
        Assert.Equal(second.Provenance, read[1].Provenance);
        Assert.Equal(second.Chosen.Row(SongPart.Vocal).ToArray(), read[1].Chosen.Row(SongPart.Vocal).ToArray());
    }

    [Fact]
    public void ComparedFramesComeBackAndThoseOfOtherSongsAreRefused()
    {
        var store = new PreferenceStore(folder);
        store.Append(Pairs.Of(1, 2) with { ChosenFrames = [2, 6], RejectedFrames = [0] });
        store.Append(Pairs.Of(3, 4));
        PreferencePair[] read = [.. store.Read()];
        Assert.Equal([2, 6], read[0].ChosenFrames!);
        Assert.Equal([0], read[0].RejectedFrames!);
        Assert.Null(read[1].ChosenFrames);
        foreach (int[] frames in (int[][])[[7], [-1], []])
            Assert.Throws<ArgumentException>(() => store.Append(Pairs.Of(5, 6) with { RejectedFrames = frames }));
        File.WriteAllText(File0, File.ReadAllText(File0).Replace("[2,6]", "[2,7]", StringComparison.Ordinal));
        string message = Assert.Throws<InvalidDataException>(() => store.Read().ToArray()).Message;
        Assert.Contains("pairs.jsonl', line 1", message);
        Assert.Contains("ChosenFrames", message);
    }

    [Fact]
    public void ASongOfManyPairsIsStoredOnce()
    {
        var store = new PreferenceStore(folder);
        store.Append(Pairs.Of(1, 2));
        store.Append(Pairs.Of(1, 3));
        Assert.Equal(3, Directory.GetFiles(folder, "*.safetensors", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void AnEmptyFolderHoldsNoPairs() => Assert.Empty(new PreferenceStore(Path.Combine(folder, "none")).Read());

    [Fact]
    public void ALineThatACrashCutOffIsDroppedAndTheNextOneIsWhole()
    {
        var store = new PreferenceStore(folder);
        store.Append(Pairs.Of(1, 2));
        store.Append(Pairs.Of(3, 4));
        using (FileStream file = File.OpenWrite(File0))
            file.SetLength(file.Length - 5);
        Assert.Single(store.Read());
        store.Append(Pairs.Of(5, 6));
        Assert.Equal([1UL, 5UL], store.Read().Select(pair => pair.Provenance.ChosenSeed));
    }

    [Fact]
    public void OnlyTheEndOfTheFileChanges()
    {
        var store = new PreferenceStore(folder);
        store.Append(Pairs.Of(1, 2));
        byte[] before = File.ReadAllBytes(File0);
        store.Append(Pairs.Of(3, 4));
        Assert.Equal(before, File.ReadAllBytes(File0)[..before.Length]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"lyrics\":\"la\"}")]
    [InlineData("{\"lyrics\":\"\\ud800\"}")] // half a character
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("")]
    public void ABrokenLineIsNamed(string line)
    {
        var store = new PreferenceStore(folder);
        store.Append(Pairs.Of(1, 2));
        File.AppendAllText(File0, line + "\n");
        var error = Assert.Throws<InvalidDataException>(() => store.Read().ToArray());
        Assert.Contains("pairs.jsonl', line 2", error.Message);
    }

    [Fact]
    public void TokensThatAreNotThoseOfTheirNameAreAnError()
    {
        var store = new PreferenceStore(folder);
        store.Append(Pairs.Of(1, 2));
        string[] blobs = Directory.GetFiles(folder, "*.safetensors", SearchOption.AllDirectories);
        File.Copy(blobs[0], blobs[1], overwrite: true);
        Assert.Contains("line 1", Assert.Throws<InvalidDataException>(() => store.Read().ToArray()).Message);
        File.Delete(blobs[0]);
        File.Delete(blobs[1]);
        Assert.Contains("missing", Assert.Throws<InvalidDataException>(() => store.Read().ToArray()).Message);
    }

    [Fact]
    public void ANameThatLeavesTheFolderIsRefused()
    {
        var store = new PreferenceStore(folder);
        store.Append(Pairs.Of(1, 2));
        string id = TokenBlobs.ComputeId(Pairs.Song(1));
        File.WriteAllText(File0, File.ReadAllText(File0)
            .Replace(id, "../../../../../../etc/passwd......", StringComparison.Ordinal));
        Assert.Contains("is not an id of tokens", Assert.Throws<InvalidDataException>(() => store.Read().ToArray()).Message);
    }

    [Fact]
    public void AScoreThatIsNoNumberIsRefused() =>
        Assert.Throws<ArgumentException>(() => new PreferenceStore(folder).Append(Pairs.Of(1, 2, gap: double.NaN)));
}
