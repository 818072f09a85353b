using LeVo.Alignment.Preferences;
using LeVo.Alignment.Whisper;
using LeVo.Core.Audio;

namespace LeVo.Listeners.Tests.Whisper;

/// <summary>Small models in the real native library.</summary>
public sealed class WhisperTranscriberTests : IDisposable
{
    private const int La = 2, Mo = 3, Ri = 4, Open = 5, Music = 6, Close = 7, Ni = 8, Hao = 9;

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-whisper-");

    private string Model => Path.Combine(folder.FullName, "ggml-tiny.bin");

    [Fact]
    public async Task WordsHaveTheTimesOfTheModel()
    {
        TinyWhisper.Write(Model, TinyWhisper.English,
            [Time(0), La, Mo, Ri, Open, Music, Close, La, Time(3), TinyWhisper.End]);
        using var transcriber = new WhisperTranscriber(Model, threads: 1);
        Transcription heard = await transcriber.TranscribeAsync(Sound(44_100, 3), new() { Language = "en-US" }, Token);
        Assert.Equal("la mori la", heard.Text);
        Assert.Equal("en", heard.Language);
        Assert.All(heard.Words, word => Assert.InRange(word.End, word.Start, TimeSpan.FromSeconds(3)));
        Assert.Equal(heard.Words.OrderBy(word => word.Start), heard.Words);
    }

    [Fact]
    public async Task TheLanguageIsDetected()
    {
        TinyWhisper.Write(Model, TinyWhisper.Chinese, [Time(0), Ni, Hao, Time(2), TinyWhisper.End]);
        using var transcriber = new WhisperTranscriber(Model, threads: 1);
        Transcription heard = await transcriber.TranscribeAsync(Sound(16_000, 2), new(), Token);
        Assert.Equal(("你好", "zh"), (heard.Text, heard.Language));
        await Assert.ThrowsAsync<NotSupportedException>(() =>
            transcriber.TranscribeAsync(Sound(16_000, 2), new() { Language = "xx" }, Token));
    }

    [Fact]
    public async Task ARandomModelHearsWordsWithinTheSoundAndNoneInSilence()
    {
        TinyWhisper.WriteRandom(Model, seed: 1);
        using var transcriber = new WhisperTranscriber(Model, threads: 1);
        Transcription heard = await transcriber.TranscribeAsync(Sound(48_000, 1).Slice(0, 24_000), new() { Language = "en" }, Token);
        Assert.All(heard.Words, word => Assert.InRange(word.End, word.Start, TimeSpan.FromSeconds(0.5)));
        Assert.Empty((await transcriber.TranscribeAsync(Waveform.Silence(2, 48_000, 48_000), new(), Token)).Words);
        Assert.Empty((await transcriber.TranscribeAsync(Waveform.Silence(1, 0, 48_000), new(), Token)).Words);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            transcriber.TranscribeAsync(Sound(16_000, 2), new(), cancelled.Token));
    }

    [Fact]
    public void ADamagedModelNeverReachesTheNativeLibrary()
    {
        Assert.Contains("ggml-tiny.bin", Assert.Throws<FileNotFoundException>(() => new WhisperTranscriber(Model)).Message);
        File.WriteAllText(Model, "version https://git-lfs.github.com/spec/v1");
        Assert.Contains("begins with", Assert.Throws<InvalidDataException>(() => new WhisperTranscriber(Model)).Message);
        TinyWhisper.Write(Model, TinyWhisper.English);
        byte[] whole = File.ReadAllBytes(Model);
        File.WriteAllBytes(Model, whole[..^1]);
        Assert.Contains("truncated", Assert.Throws<InvalidDataException>(() => new WhisperTranscriber(Model)).Message);
        File.WriteAllBytes(Model, whole[..^(2 * 64 * 64 + 12 + 8 + "decoder.blocks.0.cross_attn.key.weight".Length)]);
        Assert.Contains("1 tensors are missing, for example 'decoder.blocks.0.cross_attn.key.weight'",
            Assert.Throws<InvalidDataException>(() => new WhisperTranscriber(Model)).Message);
    }

    [Fact]
    public void AModelOfFloat32IsRefused()
    {
        TinyWhisper.Write(Model, TinyWhisper.English);
        byte[] whole = File.ReadAllBytes(Model);
        int name = whole.AsSpan().IndexOf("encoder.conv1.weight"u8);
        whole[name - 16] = 0; // the type, before three dimensions
        File.WriteAllBytes(Model, whole);
        Assert.Contains("'encoder.conv1.weight' is not float16", Assert.Throws<InvalidDataException>(() =>
            new WhisperTranscriber(Model)).Message);
    }

    [Theory]
    [InlineData("[Music] la (soft music) mo", "la mo")]
    [InlineData("♪ la la ♪ *", "la la")]
    [InlineData("don't stop -- 24", "don't stop 24")]
    [InlineData("(la", "la")]
    [InlineData("(a b c d e f g h i j k l", "a b c d e f g h i j k l")]
    [InlineData("你好 世界", "你好 世界")]
    public void NotesAreNotWords(string text, string words)
    {
        var collector = new WordCollector(TimeSpan.FromSeconds(2));
        collector.Add(text, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        IReadOnlyList<TranscribedWord> found = collector.Finish();
        Assert.Equal(words, string.Join(' ', found.Select(word => word.Text)));
        Assert.All(found, word => Assert.InRange(word.Start, TimeSpan.FromSeconds(1), word.End));
        Assert.Equal(TimeSpan.FromSeconds(2), found[^1].End); // no word exceeds the sound
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static int Time(int seconds) => TinyWhisper.FirstTime + 50 * seconds;

    private static Waveform Sound(int sampleRate, int seconds)
    {
        float[] samples = [.. Enumerable.Range(0, sampleRate * seconds).Select(i => 0.3f * MathF.Sin(0.06f * i))];
        return new([samples, samples], sampleRate);
    }
}
