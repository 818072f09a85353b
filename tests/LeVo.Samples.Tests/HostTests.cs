using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using LeVo.Core.Audio;
using LeVo.Testing;

namespace LeVo.Samples.Tests;

/// <summary>The sample host, driven over HTTP: submit, events, streamed audio, health, two models, cancellation.</summary>
public sealed class HostTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-host-");
    private readonly TinyModel model = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASongIsSubmittedWatchedHeardAndFetched()
    {
        await using HostProcess host = await StartAsync();
        JsonNode submitted = await SubmitAsync(host, """{"lyrics": "[verse] the river is singing", "seed": 7}""");
        string song = $"/songs/{submitted["id"]}";
        Assert.Equal(("exact", 7), ((string)submitted["model"]!, (int)submitted["seed"]!));

        Task<byte[]> audio = host.Client.GetByteArrayAsync(song + "/audio", Ct); // while the song is made
        List<JsonNode> events = await EventsAsync(host, song);
        Assert.Equal(["prefill", "tokens", "audio", "made"], events.Select(e => (string)e["kind"]!).Distinct());
        Assert.Contains(events, e => (string)e["kind"]! == "tokens" && (int)e["done"]! > 0);

        Waveform streamed = AudioFile.Read(new MemoryStream(await audio));
        Waveform saved = AudioFile.Read(new MemoryStream(await host.Client.GetByteArrayAsync(song + "/song.flac", Ct)));
        Assert.Equal(saved.Channels, streamed.Channels);
        Assert.True(saved.Length > 0);
        JsonNode state = (await host.Client.GetFromJsonAsync<JsonNode>(song, Ct))!;
        Assert.Equal(("made", saved.Duration.TotalSeconds), ((string)state["state"]!, (double)state["seconds"]!));
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task BothModelsMakeSongsAndAreHealthy()
    {
        await using HostProcess host = await StartAsync();
        JsonNode fast = await SubmitAsync(host, """{"lyrics": "[verse] la", "seed": 1, "model": "fast"}""");
        Assert.Equal("fast", (string)fast["model"]!);
        JsonNode instrumental = await SubmitAsync(host, """{"description": "pop", "seconds": 1, "seed": 2}""");
        foreach (JsonNode order in (JsonNode[])[fast, instrumental])
            Assert.Equal("made", (string)(await EventsAsync(host, $"/songs/{order["id"]}"))[^1]["kind"]!);
        Assert.Equal("Healthy", await host.Client.GetStringAsync("/health", Ct));
        JsonArray models = (await host.Client.GetFromJsonAsync<JsonArray>("/models", Ct))!;
        Assert.Equal(["exact", "fast"], models.Select(entry => (string)entry!["name"]!));
    }

    [Fact]
    public async Task BadOrdersAreRefusedWithTheirReasons()
    {
        await using HostProcess host = await StartAsync();
        foreach ((string order, string reason) in ((string, string)[])
        [
            ("""{"lyrics": ""}""", "lyrics"),
            ("""{"lyrics": "[verse] la", "seconds": -1}""", "seconds is -1"),
            ("""{"lyrics": "[verse] la", "seconds": 80000}""", "80000"),
            ("""{"lyrics": "[verse] la", "model": "huge"}""", "There is no model 'huge'; there are exact, fast."),
        ])
        {
            using HttpResponseMessage refused = await PostAsync(host, order);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(reason, await refused.Content.ReadAsStringAsync(Ct), StringComparison.OrdinalIgnoreCase);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync("/songs/1", Ct)).StatusCode);
    }

    [Fact]
    public async Task ASongIsCancelledByItsClientAndByTheHostsEnd()
    {
        // One song at a time: the second waits for the first, which nothing but its cancellation ends early.
        await using HostProcess host = await StartAsync("--Models:exact:MaxConcurrentSongs=1");
        JsonNode[] songs = [await SubmitAsync(host, LongSong), await SubmitAsync(host, LongSong), await SubmitAsync(host, LongSong)];
        using HttpResponseMessage early = await host.Client.GetAsync($"/songs/{songs[2]["id"]}/song.flac", Ct);
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        await host.Client.DeleteAsync($"/songs/{songs[2]["id"]}", Ct);
        Assert.Equal("cancelled", (string)(await EventsAsync(host, $"/songs/{songs[2]["id"]}"))[^1]["kind"]!);
        Assert.Equal(0, await host.StopAsync());
    }

    public void Dispose()
    {
        model.Dispose();
        folder.Delete(recursive: true);
    }

    private static string LongSong => """{"lyrics": "[verse] the river is singing"}""";

    private Task<HostProcess> StartAsync(params string[] args) => HostProcess.StartAsync(folder.FullName,
        [$"--Models:exact:ModelPath={model.Path}", $"--Models:fast:ModelPath={model.Path}", .. args]);

    private static Task<HttpResponseMessage> PostAsync(HostProcess host, string order) =>
        host.Client.PostAsync("/songs", new StringContent(order, null, "application/json"), Ct);

    private static async Task<JsonNode> SubmitAsync(HostProcess host, string order)
    {
        using HttpResponseMessage accepted = await PostAsync(host, order);
        string text = await accepted.Content.ReadAsStringAsync(Ct);
        Assert.True(accepted.StatusCode == HttpStatusCode.Accepted, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task<List<JsonNode>> EventsAsync(HostProcess host, string song)
    {
        await using Stream stream = await host.Client.GetStreamAsync(song + "/events", Ct);
        var events = new List<JsonNode>();
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(Ct))
            events.Add(JsonNode.Parse(item.Data)!);
        return events;
    }
}
