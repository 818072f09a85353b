using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Prompts;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Prompts;

public sealed class PromptLoaderTests : IDisposable
{
    private static readonly ModelInfo Model = new("m", "h", 25, TimeSpan.FromSeconds(9), new())
    {
        PromptDuration = TimeSpan.FromSeconds(1),
    };

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(48000, 2)]
    [InlineData(44100, 1)]
    [InlineData(16000, 3)]
    public async Task TheBeginningIsEncodedAtTheCodecsRate(int rate, int channels)
    {
        var codec = new CountingCodec();
        Waveform mix = Sound(rate, channels, 2.5f, 0.5f), vocal = Sound(rate, channels, 2.5f, 0.2f);
        SongPrompt prompt = await new PromptLoader(codec, Model).LoadAsync(
            new() { Mix = mix, Vocal = vocal }, TestContext.Current.CancellationToken);
        Assert.Equal(25, prompt.Tokens.Frames);
        Assert.Equal((2, 48000), (codec.Mix!.ChannelCount, codec.Mix.Length));
        Assert.Equal(0.3f, prompt.Stems!.Accompaniment.Channels[1][24000], 3);
        Assert.Equal(48000, prompt.Stems.Vocal.SampleRate);
    }

    [Fact]
    public async Task TwoStemsAddUpToTheMix()
    {
        var codec = new CountingCodec();
        await new PromptLoader(codec, Model).LoadAsync(new() { Vocal = Sound(48000, 2, 1, 0.25f), Accompaniment = Sound(48000, 2, 1, 0.5f) },
            TestContext.Current.CancellationToken);
        Assert.Equal(0.75f, codec.Mix!.Channels[0][100]);
    }

    [Fact]
    public async Task CodesAreKeptAndBrokenFilesAreReplaced()
    {
        var codec = new CountingCodec();
        var loader = new PromptLoader(codec, Model, cacheFolder: folder);
        var audio = new PromptAudio { Mix = Sound(48000, 2, 1, 0.5f), Vocal = Sound(48000, 2, 1, 0.25f) };
        SongTokens first = (await loader.LoadAsync(audio, TestContext.Current.CancellationToken)).Tokens;
        Assert.Equal(first, (await loader.LoadAsync(audio, TestContext.Current.CancellationToken)).Tokens);
        Assert.Equal(1, codec.Calls);
        string file = Assert.Single(Directory.GetFiles(folder));
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal(first, (await loader.LoadAsync(audio, TestContext.Current.CancellationToken)).Tokens);
        Assert.Equal(2, codec.Calls);
        await new PromptLoader(codec, Model with { Hash = "other" }, cacheFolder: folder)
            .LoadAsync(audio, TestContext.Current.CancellationToken);
        Assert.Equal(3, codec.Calls);
    }

    [Fact]
    public async Task AMixAloneNeedsASeparator()
    {
        var loader = new PromptLoader(new CountingCodec(), Model);
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() =>
            loader.LoadAsync(new() { Mix = Sound(48000, 2, 1, 0.5f) }, TestContext.Current.CancellationToken));
        Assert.Contains("separator", e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<ArgumentException>(() => loader.LoadAsync(
            new() { Mix = Sound(48000, 2, 1, float.NaN), Vocal = Sound(48000, 2, 1, 0) }, TestContext.Current.CancellationToken));
        Assert.Contains("mix of the audio prompt has samples that are not finite", e.Message, StringComparison.Ordinal);
    }

    private static Waveform Sound(int rate, int channels, float seconds, float value) =>
        new([.. Enumerable.Range(0, channels).Select(_ => Enumerable.Repeat(value, (int)(rate * seconds)).ToArray())], rate);

    private sealed class CountingCodec : IMusicCodec
    {
        public int Calls { get; private set; }

        public Waveform? Mix { get; private set; }

        public int SampleRate => 48000;

        public int FrameRate => 25;

        public IAsyncEnumerable<Waveform> DecodeAsync(SongTokens tokens, CodecDecodeOptions options,
            IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<SongTokens> EncodeAsync(Waveform mix, StemPair stems, CancellationToken cancellationToken = default)
        {
            (Calls, Mix) = (Calls + 1, mix);
            int[] row = [.. Enumerable.Range(0, mix.Length / 1920 + 1)];
            return Task.FromResult(SongTokens.FromRows(row, row, row));
        }
    }
}
