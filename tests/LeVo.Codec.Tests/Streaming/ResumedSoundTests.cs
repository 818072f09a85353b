using LeVo.Codec.Decoding;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Codec.Tests.Streaming;

/// <summary>Sound whose finished windows are kept for another process.</summary>
public sealed class ResumedSoundTests : IDisposable
{
    private const int Frames = 100;
    private const int Windows = 6;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-sound-");
    private readonly TinyCodec files = new(withEncoder: true);
    private readonly SongTokens song = Songs.Random(Frames);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Kept => Path.Combine(folder.FullName, "song.sound");

    private CodecDecodeOptions Options => new() { Seed = 4, WindowFolder = Kept };

    private string[] KeptFiles => [.. Directory.EnumerateFiles(Kept).Order()];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AtMostTheWindowThatWasBeingDecodedIsDecodedAgain(bool withPrompt)
    {
        CodecDecodeOptions options = Options with
        {
            Prompt = withPrompt ? new(Songs.Noise(1, 4_000), Songs.Noise(2, 4_000)) : null,
        };
        float[] whole = (await DecodeAsync(options with { WindowFolder = null })).Sound;
        for (int kill = 1; kill < Windows * FrameDecodingTests.UnitsOfAWindow; kill += 3)
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DecodeAsync(options, report =>
            {
                if (report.Done == kill)
                    cancellation.Cancel();
            }, cancellation.Token));
            int kept = Directory.Exists(Kept) ? KeptFiles.Length : 0;
            Assert.Equal(kill / FrameDecodingTests.UnitsOfAWindow, kept);
            (float[] resumed, List<GenerationProgress> reports) = await DecodeAsync(options);
            Assert.Equal(whole, resumed);
            Assert.Equal(kept * FrameDecodingTests.UnitsOfAWindow, reports[^1].Resumed);
            Assert.Equal((Windows - kept) * FrameDecodingTests.UnitsOfAWindow, reports[^1].Done);
            Assert.Equal(reports[^1].Total, reports[^1].Done);
            Directory.Delete(Kept, recursive: true);
        }
    }

    [Fact]
    public async Task AFinishedSongIsReadAlone()
    {
        float[] whole = (await DecodeAsync(Options)).Sound;
        string[] kept = KeptFiles;
        Assert.Equal(Windows, kept.Length);
        (float[] again, List<GenerationProgress> reports) = await DecodeAsync(Options);
        Assert.Equal(whole, again);
        Assert.All(reports, report => Assert.Equal(0, report.Done));
        Assert.Equal(kept, KeptFiles);
    }

    public static TheoryData<string> Others => ["seed", "steps", "guidance", "part", "code", "end", "prompt"];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task AWindowOfAnotherRequestIsNotTaken(string what)
    {
        await DecodeAsync(Options);
        CodecDecodeOptions other = what switch
        {
            "seed" => Options with { Seed = 5 },
            "steps" => Options with { Steps = 2 },
            "guidance" => Options with { Guidance = 1.25 },
            "part" => Options with { Part = SongPart.Vocal },
            "prompt" => Options with { Prompt = new(Songs.Noise(1, 4_000), Songs.Noise(2, 4_000)) },
            _ => Options,
        };
        int[] vocal = song.Row(SongPart.Vocal).ToArray();
        if (what == "code")
            vocal[0] = (vocal[0] + 1) % TinyCodec.CodebookSize;
        var tokens = SongTokens.FromRows(
            song.Row(SongPart.Mixed).Span, vocal, song.Row(SongPart.Accompaniment).Span);
        // The repetition fills a window up with other codes, the first window is the same.
        tokens = what == "end" ? tokens.Slice(0, 30) : tokens;
        float[] alone = (await DecodeAsync(other with { WindowFolder = null }, tokens: tokens)).Sound;
        (float[] sound, List<GenerationProgress> reports) = await DecodeAsync(other, tokens: tokens);
        Assert.Equal(alone, sound);
        Assert.Equal(what == "end" ? FrameDecodingTests.UnitsOfAWindow : 0, reports[^1].Resumed);
    }

    public static TheoryData<string> Damages => ["empty", "short", "changed", "another", "huge"];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task ADamagedWindowIsDecodedAgain(string what)
    {
        float[] whole = (await DecodeAsync(Options)).Sound;
        foreach (string path in KeptFiles)
        {
            byte[] content = File.ReadAllBytes(path);
            switch (what)
            {
                case "empty":
                    File.WriteAllBytes(path, []);
                    break;
                case "short":
                    File.WriteAllBytes(path, content[..^5]);
                    break;
                case "changed":
                    content[^9] ^= 1;
                    File.WriteAllBytes(path, content);
                    break;
                case "another":
                    new DecodedWindow([[1], [1]], [[], []], [], [1]).Save(path);
                    break;
                default:
                    float[] much = new float[1 << 20];
                    new DecodedWindow([much, much], [much, much], much, much).Save(path);
                    break;
            }
        }
        (float[] again, List<GenerationProgress> reports) = await DecodeAsync(Options);
        Assert.Equal(whole, again);
        Assert.Equal(0, reports[^1].Resumed);
        Assert.Equal(Windows * FrameDecodingTests.UnitsOfAWindow, (await DecodeAsync(Options)).Reports[^1].Resumed);
    }

    [Fact]
    public async Task APlaceThatCannotBeWrittenCostsNothingElse()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "file"), "");
        float[] whole = (await DecodeAsync(Options with { WindowFolder = null })).Sound;
        foreach (string place in (string[])["file", "file/song.sound", "none/song.sound"])
            Assert.Equal(whole, (await DecodeAsync(Options with { WindowFolder = Path.Combine(folder.FullName, place) })).Sound);
    }

    public void Dispose()
    {
        files.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Decodes with a codec of its own, as another process would.</summary>
    private async Task<(float[] Sound, List<GenerationProgress> Reports)> DecodeAsync(CodecDecodeOptions options,
        Action<GenerationProgress>? heard = null, CancellationToken? cancellation = null, SongTokens? tokens = null)
    {
        using MusicCodec codec = files.Load();
        List<GenerationProgress> reports = [];
        List<Waveform> blocks = await codec.DecodeAsync(tokens ?? song, options, new Listener(report =>
        {
            reports.Add(report);
            heard?.Invoke(report);
        }), cancellation ?? Ct).ToListAsync(Ct);
        return ([.. blocks.SelectMany(block => block.Channels[0]), .. blocks.SelectMany(block => block.Channels[1])], reports);
    }
}
