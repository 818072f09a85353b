using System.Text;
using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Cluster.Songs;
using LeVo.Cluster.Work;
using LeVo.Core.Generation;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Cluster.Tests.Songs;

/// <summary>Work on songs, with a model of random weights. The Worker sample's tests run each kind from the input to the end.</summary>
public sealed class SongWorkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TinyModel tiny = new();
    private readonly ServiceProvider provider;
    private readonly TrainableModel model;

    public SongWorkTests()
    {
        var services = new ServiceCollection();
        services.AddLeVo(options => options.ModelPath = tiny.Path).AddMusicCodec().AddAlignment();
        provider = services.BuildServiceProvider();
        model = provider.GetRequiredService<TrainableModel>();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        provider.Dispose();
        tiny.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task PairsDoNotDependOnTheNumberOfWorkers()
    {
        WorkItem[] items = [.. PreferenceWork.CreateItems(model, Orders("[verse] la mo", "[verse] mo ri", "[chorus] la la"))];
        byte[] one = await PairsAsync("one", items, 1), three = await PairsAsync("three", items, 3);
        Assert.NotEmpty(one);
        Assert.Equal(one, three);
    }

    [Fact]
    public void AnItemForAnotherModelOrScorerIsRefused()
    {
        WorkItem item = PreferenceWork.CreateItems(model, Orders("[verse] la"))[0];
        using PreferenceWork work = Preferences("run");
        work.Check(item);
        Assert.Contains("for the model 000000", Problem(work, item.Payload.Replace("\"model\":\"", "\"model\":\"000000000000", StringComparison.Ordinal)));
        Assert.Contains("the scorer 'ears 2'", Problem(work, item.Payload.Replace("ears 1", "ears 2", StringComparison.Ordinal)));
        Assert.Contains("1 samples", Problem(work, item.Payload.Replace("\"samples\":4", "\"samples\":1", StringComparison.Ordinal)));
        Assert.Contains("99999 seconds", Problem(work, item.Payload.Replace("\"seconds\":0.6", "\"seconds\":99999", StringComparison.Ordinal)));
        Assert.Contains("'tempo'", Problem(work, item.Payload.Replace("{", "{\"tempo\":1,", StringComparison.Ordinal)));
        Assert.Contains("of the kind 'other'", Assert.Throws<InvalidDataException>(() => work.Check(new("other", item.Payload))).Message);
    }

    [Fact]
    public void NamesOfSongsLeadNowhereElse()
    {
        Directory.CreateDirectory(folder.At("songs"));
        foreach (string ending in (string[])[".txt", ".vocal.wav", ".accompaniment.wav"])
            File.WriteAllText(folder.At("songs/one" + ending), "");
        WorkItem item = EncodeWork.CreateItems(tiny.Path, folder.At("songs"), 10)[0];
        EncodeWork work = Encode();
        work.Check(item);
        Assert.Contains("'../one' is not the name", Problem(work, item.Payload.Replace("\"one\"", "\"../one\"", StringComparison.Ordinal)));
        Assert.Contains("no folder", Problem(work, item.Payload.Replace("songs", "none", StringComparison.Ordinal)));
    }

    [Fact]
    public void DamagedPayloadsAreRefused()
    {
        Directory.CreateDirectory(folder.At("songs"));
        IWork[] works = [Preferences("run"), Encode(), new ComposeWork(provider.GetRequiredService<ISongGenerator>(), tiny.Path, new(folder.At("run")))];
        WorkItem[] items = [
            PreferenceWork.CreateItems(model, Orders("[verse] la"))[0],
            new("encode", $$"""{"folder":"{{folder.At("songs")}}","names":["one"],"model":""}"""),
            ComposeWork.CreateItems(tiny.Path, [new() { Lyrics = "[verse] la", Seed = 1, Seconds = 0.5 }])[0]];
        var random = new Random(7);
        int inputs = LongChecks.Count("LEVO_FUZZ_INPUTS", 1_500), refused = 0;
        for (int i = 0; i < inputs; i++)
        {
            byte[] damaged = Encoding.UTF8.GetBytes(items[i % 3].Payload);
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(32, 127);
            try
            {
                works[i % 3].Check(new(items[i % 3].Kind, Encoding.UTF8.GetString(damaged[..random.Next(1, damaged.Length + 1)])));
            }
            catch (Exception e) when (e is InvalidDataException or ArgumentException or FormatException)
            {
                refused++;
            }
        }
        Assert.True(refused > inputs / 2);
        ((IDisposable)works[0]).Dispose();
    }

    private static PreferenceOrder[] Orders(params string[] lyrics) => [.. lyrics.Select((text, i) => new PreferenceOrder
    {
        Lyrics = text,
        Description = "pop",
        Samples = 4,
        Seed = (ulong)i,
        Seconds = 0.6,
        Options = new() { TopP = 0.98 },
        Selection = new() { MaximumPerCondition = 2 },
        Strategy = Ears.StrategyName,
        Scorer = "ears 1",
    })];

    private static string Problem(IWork work, string payload) =>
        Assert.Throws<InvalidDataException>(() => work.Check(new(work.Kind, payload))).Message;

    private PreferenceWork Preferences(string run) => new(model, new Ears(), new(folder.At(run)));

    private EncodeWork Encode() => new(null!, model.TextRules, tiny.Path, new(folder.At("run")));

    /// <summary>The joined pairs of a run, made by several workers with a part each.</summary>
    private async Task<byte[]> PairsAsync(string name, WorkItem[] items, int workers)
    {
        var run = new WorkFolder(folder.At(name));
        run.Write(items);
        foreach (int index in Enumerable.Range(0, workers).Reverse())
        {
            var queue = new ChannelWorkQueue();
            foreach (WorkItem item in new WorkShard(index, workers).Of(run.Read()))
                await queue.AddAsync(item, Token);
            using PreferenceWork work = Preferences(name);
            await new WorkRunner(queue, work, new() { Until = Task.CompletedTask }).RunAsync(Token);
        }
        Assert.All(items, item => Assert.True(run.HasPart(item)));
        PreferenceWork.Join(run, folder.At(name + "-store"), Token);
        return await File.ReadAllBytesAsync(Path.Combine(folder.At(name + "-store"), "pairs.jsonl"), Token);
    }

    /// <summary>Prefers songs by the sum of their codes.</summary>
    private sealed class Ears : IPreferenceScorer
    {
        public const string StrategyName = "sum";

        public string Strategy => StrategyName;

        public string Name => "ears 1";

        public Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken = default)
        {
            double sum = 0;
            foreach (int code in sample.Tokens.Codes)
                sum += code;
            return Task.FromResult(sum);
        }
    }
}
