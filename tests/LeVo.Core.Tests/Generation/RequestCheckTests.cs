using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Tests.Generation;

/// <summary>Requests are refused before work, and what is odd comes back with the song.</summary>
public sealed class RequestCheckTests : IDisposable
{
    private static readonly SongRequest Request = new()
    {
        Lyrics = Lyrics.Parse("[verse] Morning light"),
        Duration = TimeSpan.FromSeconds(1),
        Seed = 7,
    };

    private readonly ScriptedEngine engine = new();
    private readonly ToneCodec codec = new();
    private readonly LeVoModel model;
    private readonly ListLogger logger = new();

    public RequestCheckTests() => model = ScriptedEngine.Model(engine);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ITokenGenerator Tokens => model.CreateTokenGenerator(logger);

    private SongGenerator Songs => new(Tokens, codec, logger);

    [Fact]
    public async Task AllErrorsAreFoundBeforeWork()
    {
        SongRequest request = Request with
        {
            Lyrics = null,
            Duration = TimeSpan.FromSeconds(99),
            Options = new() { Temperature = -1, TopP = 2 },
            Seed = null,
            ProgressPath = "song.unfinished",
            Prompt = new(SongTokens.FromRows([20_000], [0], [0])),
            Beginning = SongTokens.FromRows([16], [0], [0]),
            DecoderSteps = 0,
            DecoderGuidance = double.NaN,
            Musicality = (Musicality)5,
        };
        string[] codes =
        [
            "seed", "lyrics", "options", "options", "duration", "decoder_steps", "decoder_guidance", "musicality", "prompt", "beginning",
        ];
        Assert.Equal(codes, Tokens.Check(request).Select(finding => finding.Code));
        Assert.Equal(codes, Songs.Check(request).Select(finding => finding.Code));
        Assert.All(Tokens.Check(request), finding => Assert.Equal(FindingSeverity.Error, finding.Severity));
        ArgumentException refused = Assert.Throws<ArgumentException>(() => Tokens.GenerateFramesAsync(request, null, Ct));
        Assert.All(Tokens.Check(request), finding => Assert.Contains(finding.Message, refused.Message, StringComparison.Ordinal));
        await Assert.ThrowsAsync<ArgumentException>(() => Songs.GenerateAsync(request, null, Ct));
        Assert.Throws<ArgumentException>(() => Songs.StreamAsync(request, null, Ct));
        Assert.Empty(engine.Songs);
        Assert.Empty(codec.Decodes);
        Assert.Empty(Tokens.Check(Request));
    }

    [Fact]
    public async Task WhatTheCodecCannotDecodeIsFoundBeforeWork()
    {
        var generator = new SongGenerator(Tokens, new ToneCodec { Refuses = "too long" });
        Assert.Equal("too long", Assert.Single(generator.Check(Request)).Message);
        await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(Request, null, Ct));
        await Assert.ThrowsAsync<ArgumentException>(
            () => generator.DecodeAsync(SongTokens.FromRows([1], [2], [3]), Request, null, Ct));
        Assert.Empty(engine.Songs);
    }

    [Fact]
    public async Task FindingsComeWithTheSongAndAreLogged()
    {
        SongRequest request = Request with
        {
            Lyrics = Lyrics.Parse($"[verse] Morning ; [chorus] {new string('o', 700)} ; [outro-short]"),
            Description = "please write a zyzzyva about the sea at night",
        };
        Song song = await Songs.GenerateAsync(request, null, Ct);
        Assert.Equal(["too_long", "sentence_like"], song.Findings.Select(finding => finding.Code));
        Assert.Equal(1, Assert.IsType<LyricsFinding>(song.Findings[0]).Section);
        string[] warnings = [.. logger.Lines.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text)];
        Assert.Contains(warnings, text => text.Contains("'too_long' in section 2 [chorus]", StringComparison.Ordinal));
        Assert.Contains(warnings, text => text.Contains("'sentence_like'", StringComparison.Ordinal));
        Assert.DoesNotContain(warnings, text => text.Contains("zyzzyva", StringComparison.Ordinal));
        Assert.Empty((await Songs.GenerateAsync(Request, null, Ct)).Findings);
    }

    [Fact]
    public async Task FinishedTokensBecomeTheSongsOwnSound()
    {
        Song song = await Songs.GenerateAsync(Request, null, Ct);
        Song again = await Songs.DecodeAsync(song.Tokens, song.Request, null, Ct);
        Assert.Equal(song.Audio.Channels, again.Audio.Channels);
        Assert.Equal(codec.Decodes[0], codec.Decodes[1]);
        Assert.Equal((song.Tokens, song.Request), (again.Tokens, again.Request));

        Song stems = await Songs.DecodeAsync(song.Tokens, Request with { WithStems = true, DecoderSteps = 3 }, null, Ct);
        Assert.Equal(song.Audio.Channels[0], stems.Vocal!.Channels[0]);
        Assert.Equal(song.Audio.Channels[1], stems.Accompaniment!.Channels[1]);
        Assert.All(codec.Decodes[2..], decode => Assert.Equal((3, codec.Decodes[0].Seed), (decode.Steps, decode.Seed)));
        Assert.Single(engine.Songs);
        await Assert.ThrowsAsync<ArgumentException>(
            () => Songs.DecodeAsync(song.Tokens, Request with { Seed = null }, null, Ct));
        GenerationCanceledException cancelled = await Assert.ThrowsAsync<GenerationCanceledException>(
            () => Songs.DecodeAsync(song.Tokens, song.Request, null, new CancellationToken(true)));
        Assert.Same(song.Tokens, cancelled.Tokens);
    }

    [Fact]
    public async Task TheEndIsLoggedInPlainWords()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<GenerationCanceledException>(() => Songs.GenerateAsync(Request, null, cancellation.Token));
        model.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Songs.GenerateAsync(Request, null, Ct));
        string[] ends = [.. logger.Lines.Select(line => line.Text).Where(text => text.StartsWith("A song", StringComparison.Ordinal))];
        Assert.Equal(["A song was cancelled after", "A song failed after"], ends.Select(text => text[..text.LastIndexOf(" after", StringComparison.Ordinal)] + " after"));
    }

    public void Dispose() => model.Dispose();
}
