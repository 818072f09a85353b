using System.Text.Json;
using LeVo.Core.Adapters;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Tests.Audio;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Generation;

public sealed class SongGeneratorTests : IDisposable
{
    private static readonly SongRequest Request = new()
    {
        Lyrics = Lyrics.Parse("[verse] 春天的风. Oh"),
        Description = "pop",
        Duration = TimeSpan.FromSeconds(1),
        Seed = 7,
    };

    private readonly LeVoModel model = ScriptedEngine.Model(new());
    private readonly ToneCodec codec = new();
    private readonly string folder = Directory.CreateTempSubdirectory("levo-song-").FullName;

    private SongGenerator Generator => new(model.CreateTokenGenerator(), codec);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASongHasItsTokensSoundAndRequest()
    {
        Song song = await Generator.GenerateAsync(
            Request with { Seed = null, Duration = null, DecoderSteps = 5 }, null, Ct);
        Assert.Equal(100, song.Tokens.Frames);
        Assert.Equal(song.Tokens.Row(SongPart.Vocal).ToArray().SelectMany(code => Enumerable.Repeat(code / 32f, 4)),
            song.Audio.Channels[0]);
        Assert.Equal(TimeSpan.FromSeconds(4), song.Request.Duration);
        Assert.NotNull(song.Request.Seed);
        Assert.Equal(4, song.Request.Options!.TopK);
        Assert.Null(song.Vocal);
        Assert.Equal(5, Assert.Single(codec.Decodes).Steps);

        Song again = await Generator.GenerateAsync(song.Request, null, Ct);
        Assert.Equal(song.Audio.Channels[1], again.Audio.Channels[1]);
        Assert.Equal(codec.Decodes[0], codec.Decodes[1]);
    }

    [Fact]
    public async Task StemsAreDecodedFromTheSameTokens()
    {
        var prompt = new SongPrompt(SongTokens.FromRows([1], [2], [3]), new(Waveform.Silence(2, 4, 100), Waveform.Silence(2, 4, 100)));
        Song song = await Generator.GenerateAsync(Request with { WithStems = true, Prompt = prompt }, null, Ct);
        Assert.Equal([SongPart.Mixed, SongPart.Vocal, SongPart.Accompaniment],
            codec.Decodes.Select(options => options.Part));
        Assert.All(codec.Decodes, options => Assert.Same(prompt.Stems, options.Prompt));
        Assert.Equal(song.Audio.Channels[0], song.Vocal!.Channels[0]);
        Assert.All(song.Vocal.Channels[1], sample => Assert.Equal(0, sample));
        Assert.Equal(song.Audio.Channels[1], song.Accompaniment!.Channels[1]);

        await Generator.GenerateAsync(Request with { Part = SongPart.Vocal, Prompt = prompt }, null, Ct);
        Assert.Null(codec.Decodes[^1].Prompt); // As released: a track made alone is rendered without a prompt.
    }

    [Fact]
    public async Task APromptHoldsThreeRowsAndItsSound()
    {
        Waveform sound = Waveform.Silence(2, 12, 100);
        var stems = new StemPair(sound, sound);
        var prompt = new SongPrompt(await codec.EncodeAsync(sound, stems, Ct), stems);
        Assert.Equal([new(0, 1, 2, 3), new(1, 1, 2, 3)], [prompt.Tokens[0], prompt.Tokens[1]]);
        Assert.Equal(2, prompt.Tokens.Frames);
        Assert.Same(sound, prompt.Stems!.Vocal);
    }

    [Fact]
    public async Task TheFirstBlockComesBeforeTheLastIsComputed()
    {
        var blocks = new List<Waveform>();
        await foreach (Waveform block in Generator.StreamAsync(Request, null, Ct))
        {
            blocks.Add(block);
            Assert.Equal(blocks.Count, codec.BlocksComputed);
        }
        Assert.Equal([40, 40, 20], blocks.Select(block => block.Length));
        Song song = await Generator.GenerateAsync(Request, null, Ct);
        Assert.Equal(song.Audio.Channels[0], blocks.SelectMany(block => block.Channels[0]));
    }

    [Fact]
    public async Task CancellingWhileDecodingKeepsAllTokens()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        GenerationCanceledException cancelled = await Assert.ThrowsAsync<GenerationCanceledException>(
            () => Generator.GenerateAsync(Request, new Canceller(cancellation), cancellation.Token));
        Assert.Equal(25, cancelled.Tokens.Frames);
    }

    [Fact]
    public async Task ASavedSongTellsHowItWasMade()
    {
        Song song = await Generator.GenerateAsync(Request with { WithStems = true }, null, Ct);
        await song.SaveAsync(Path.Combine(folder, "a.b.wav"), SampleFormat.Float32, Ct);
        Assert.Equal(["a.b.json", "a.b.wav", "a.b_bgm.wav", "a.b_vocal.wav"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(song.Audio.Channels[0], WavFile.Read(Path.Combine(folder, "a.b.wav")).Channels[0]);
        Assert.Equal(song.Accompaniment!.Channels[1], WavFile.Read(Path.Combine(folder, "a.b_bgm.wav")).Channels[1]);

        string text = await File.ReadAllTextAsync(Path.Combine(folder, "a.b.json"), Ct);
        Assert.Contains("春天的风", text, StringComparison.Ordinal);
        JsonElement json = JsonElement.Parse(text);
        Assert.Equal(7ul, json.GetProperty("request").GetProperty("seed").GetUInt64());
        Assert.Equal("Mixed", json.GetProperty("request").GetProperty("part").GetString());
        Assert.Equal("0123", json.GetProperty("model").GetProperty("hash").GetString());
        Assert.Equal(4, json.GetProperty("options").GetProperty("top_k").GetInt32());
        Assert.Equal(1.1, json.GetProperty("options").GetProperty("repetition_penalty").GetDouble());
        Assert.Equal(["a.b.wav", "a.b_vocal.wav", "a.b_bgm.wav"],
            json.GetProperty("song").GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal(25, json.GetProperty("song").GetProperty("frames").GetInt32());
        Assert.True(json.GetProperty("seconds").GetProperty("tokens").GetDouble() > 0);
    }

    [Fact]
    public async Task ASavedSongListsTheAdaptersAndTheTier()
    {
        Song song = await Generator.GenerateAsync(Request, null, Ct);
        AdapterInfo[] adapters = [new("one", 0.5, "ab"), new("two", 1, "cd")];
        var adapted = new Song(song.Request with { Musicality = Musicality.Medium }, song.Model with { Adapters = adapters },
            song.Tokens, song.Audio);
        await adapted.SaveAsync(Path.Combine(folder, "song.wav"), Ct);
        JsonElement json = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "song.json"), Ct));
        Assert.Equal(["one 0.5 ab", "two 1 cd"], json.GetProperty("model").GetProperty("adapters").EnumerateArray().Select(one =>
            $"{one.GetProperty("name").GetString()} {one.GetProperty("scale").GetRawText()} {one.GetProperty("hash").GetString()}"));
        Assert.Equal("Medium", json.GetProperty("request").GetProperty("musicality").GetString());
    }

    [Theory]
    [InlineData("song.flac")]
    [InlineData("song.WAV")]
    public async Task TheExtensionTellsTheKind(string name)
    {
        Song song = await Generator.GenerateAsync(Request, null, Ct);
        await song.SaveAsync(Path.Combine(folder, name), Ct);
        Assert.Equal(song.Audio.Length, AudioFile.Read(Path.Combine(folder, name)).Length);
        await Assert.ThrowsAsync<ArgumentException>(() => song.SaveAsync(Path.Combine(folder, "song.mp3"), Ct));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public async Task ASongIsWrittenToAStreamWithItsTags()
    {
        Song song = await Generator.GenerateAsync(Request, null, Ct);
        foreach (AudioFormat format in Enum.GetValues<AudioFormat>())
        {
            var bytes = new MemoryStream();
            await song.SaveAsync(new ForwardStream(bytes, synchronous: false), format, "歌", cancellationToken: Ct);
            bytes.Position = 0;
            Assert.Equal(song.Audio.ToInterleavedInt16(), AudioFile.Read(bytes).ToInterleavedInt16());
        }
        await song.SaveAsync(Path.Combine(folder, "rain.flac"), Ct);
        byte[] file = File.ReadAllBytes(Path.Combine(folder, "rain.flac"));
        Assert.Equal(["TITLE=rain", "SEED=7", "MODEL=scripted", "MODEL_HASH=0123"], VorbisComments(file).Take(4));
        Assert.StartsWith("ENCODER=LeVo for .NET 0.", VorbisComments(file)[4]);

        var untitled = new MemoryStream();
        await song.SaveAsync(untitled, AudioFormat.Flac, cancellationToken: Ct);
        Assert.Equal("SEED=7", VorbisComments(untitled.ToArray())[0]);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => song.SaveAsync(untitled, (AudioFormat)2, cancellationToken: Ct));
    }

    /// <summary>The fields of the second metadata block, which is the last.</summary>
    private static string[] VorbisComments(byte[] flac)
    {
        int at = 4 + 4 + 34, size = (flac[at + 1] << 16) | (flac[at + 2] << 8) | flac[at + 3];
        Assert.Equal(0x84, flac[at]);
        var reader = new BinaryReader(new MemoryStream(flac, at + 4, size));
        Assert.Equal("LeVo for .NET", Text());
        string[] fields = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => Text())];
        Assert.Equal(size, reader.BaseStream.Position);
        return fields;

        string Text() => System.Text.Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32()));
    }

    [Fact]
    public async Task AnEmptySongIsSilentAndSavable()
    {
        using LeVoModel ending = ScriptedEngine.Model(new(endChance: 1));
        Song song = await new SongGenerator(ending.CreateTokenGenerator(), codec).GenerateAsync(Request, null, Ct);
        Assert.Equal(0, song.Tokens.Frames);
        Assert.Equal(0, song.Audio.Length);
        await song.SaveAsync(Path.Combine(folder, "empty.wav"), Ct);
        Assert.Equal(0, WavFile.Read(Path.Combine(folder, "empty.wav")).Length);
    }

    [Fact]
    public async Task WhatDoesNotFitIsRefused()
    {
        Assert.Throws<ArgumentException>(
            () => new SongGenerator(model.CreateTokenGenerator(), new ToneCodec { FrameRate = 50 }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Generator.GenerateAsync(Request with { WithStems = true, Part = SongPart.Vocal }, null, Ct));
        Assert.Throws<ArgumentException>(() => Generator.StreamAsync(Request with { WithStems = true }, null, Ct));
    }

    public void Dispose()
    {
        model.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Canceller(CancellationTokenSource source) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value)
        {
            if (value is { Stage: SongStage.Audio, Done: 2 })
                source.Cancel();
        }
    }
}
