using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Generation;

/// <summary>A queue between processes: requests and options as JSON, by reflection and source-generated.</summary>
public sealed partial class RequestJsonTests
{
    private static readonly SongRequest Request = new()
    {
        Lyrics = Lyrics.Parse("[Verse]\n春天的风\n\n[Chorus]\nSing  it"),
        Description = "pop, \"warm\"",
        Duration = TimeSpan.FromSeconds(3),
        Seed = ulong.MaxValue,
        Options = new() { Temperature = 0.7 },
        Part = SongPart.Vocal,
        Beginning = SongTokens.FromRows([1, 2], [3, 4], [5, 6], 50),
        ProgressPath = "song.unfinished",
        DecoderEffort = DecoderEffort.Fast,
        DecoderSteps = 3,
        DecoderGuidance = 1.25,
    };

    public static TheoryData<bool> Ways => [false, true];

    [Theory]
    [MemberData(nameof(Ways))]
    public void ARequestRoundTrips(bool generated)
    {
        SongRequest read = RoundTrip(Request, generated);
        Assert.Equal(Request, read);
        Assert.Equal(Request.Lyrics!.Findings, read.Lyrics!.Findings);
        Assert.Equal(Request.Lyrics.ToString(), read.Lyrics.ToString());
        var empty = new SongRequest { Part = SongPart.Accompaniment };
        Assert.Equal(empty, RoundTrip(empty, generated));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void APromptRoundTrips(bool generated)
    {
        var sound = new Waveform([[0.5f, -1], [0, 0.25f]], 100);
        SongPrompt prompt = RoundTrip(
            Request with { Prompt = new(SongTokens.FromRows([1], [2], [3]), new(sound, sound)) }, generated).Prompt!;
        Assert.Equal(SongTokens.FromRows([1], [2], [3]), prompt.Tokens);
        Assert.Equal(sound.Channels, prompt.Stems!.Vocal.Channels);
        Assert.Equal(100, prompt.Stems.Accompaniment.SampleRate);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void OptionsRoundTrip(bool generated)
    {
        var options = new LeVoOptions
        {
            ModelPath = "models/levo-demo",
            Backend = ModelBackend.Cpu,
            Precision = ModelPrecision.Int4,
            Threads = 3,
            MaxConcurrentSongs = 2,
            Generation = new() { TopK = 9, UseSampling = false },
        };
        LeVoOptions read = generated
            ? JsonSerializer.Deserialize(JsonSerializer.Serialize(options, Context.Default.LeVoOptions), Context.Default.LeVoOptions)!
            : JsonSerializer.Deserialize<LeVoOptions>(JsonSerializer.Serialize(options))!;
        Assert.All(typeof(LeVoOptions).GetProperties(),
            property => Assert.Equal(property.GetValue(options), property.GetValue(read)));
    }

    [Theory]
    [InlineData("{\"Lyrics\":7}")]
    [InlineData("{\"Lyrics\":\"\"}")]
    [InlineData("{\"Beginning\":[]}")]
    [InlineData("{\"Beginning\":{\"frameRate\":25,\"mixed\":[1],\"vocal\":[2]}}")]
    [InlineData("{\"Beginning\":{\"frameRate\":25,\"mixed\":[1],\"vocal\":[2],\"accompaniment\":[]}}")]
    [InlineData("{\"Beginning\":{\"frameRate\":0,\"mixed\":[],\"vocal\":[],\"accompaniment\":[]}}")]
    [InlineData("{\"Beginning\":{\"frameRate\":25,\"mixed\":[-1],\"vocal\":[2],\"accompaniment\":[3]}}")]
    [InlineData("{\"Beginning\":{\"frameRate\":25,\"mixed\":[1.5],\"vocal\":[2],\"accompaniment\":[3]}}")]
    [InlineData("{\"Beginning\":{\"frameRate\":25,\"mixed\":null,\"vocal\":[2],\"accompaniment\":[3]}}")]
    [InlineData("{\"Beginning\":{\"frames\":25}}")]
    public void BrokenJsonIsRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<SongRequest>(json));

    private static SongRequest RoundTrip(SongRequest request, bool generated) => generated
        ? JsonSerializer.Deserialize(JsonSerializer.Serialize(request, Context.Default.SongRequest), Context.Default.SongRequest)!
        : JsonSerializer.Deserialize<SongRequest>(JsonSerializer.Serialize(request))!;

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(SongRequest))]
    [JsonSerializable(typeof(LeVoOptions))]
    private sealed partial class Context : JsonSerializerContext;
}
