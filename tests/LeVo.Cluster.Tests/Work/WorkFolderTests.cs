using System.Text;
using LeVo.Cluster.Work;

namespace LeVo.Cluster.Tests.Work;

public sealed class WorkFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ItemsAreKeptInTheirOrder()
    {
        WorkItem[] items = [new("b", "{\"x\": 1}"), new("a", "{\"text\": \"\u00e4\\n\u2028\"}"), new("b", "{}")];
        var run = new WorkFolder(folder.At("run"));
        run.Write([.. items, items[0]]);
        Assert.Equal(items, run.Read());
    }

    [Fact]
    public void ItemsWithoutASubmissionAreNamed() =>
        Assert.Contains("items.jsonl", Assert.Throws<FileNotFoundException>(() => new WorkFolder(folder.At("none")).Read()).Message);

    [Fact]
    public void EqualWorkHasEqualIdsAndOtherWorkOthers()
    {
        Assert.Equal(new WorkItem("a", "{}").Id, new WorkItem("a", "{}").Id);
        Assert.Equal(3, new[] { new WorkItem("a", "{}"), new("b", "{}"), new("a", "[]") }.DistinctBy(item => item.Id).Count());
        Assert.Matches("^[0-9a-f]{32}$", new WorkItem("a", "{}").Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Song")]
    [InlineData("a.b")]
    [InlineData("../a")]
    [InlineData("a*")]
    public void AKindIsASafeName(string kind) => Assert.Throws<ArgumentException>(() => new WorkItem(kind, "{}"));

    [Fact]
    public void APayloadHasALimit() =>
        Assert.Throws<ArgumentException>(() => new WorkItem("a", new string('x', WorkItem.MostPayloadBytes + 1)));

    [Fact]
    public void DamagedItemsAreRefusedWithFileAndLine()
    {
        var run = new WorkFolder(folder.At("run"));
        run.Write([new("a", "{\"text\": \"one\"}"), new("a", "{\"text\": \"two\"}")]);
        byte[] whole = File.ReadAllBytes(run.ItemsPath);
        var random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 600; i++)
        {
            byte[] damaged = [.. whole];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(run.ItemsPath, damaged[..random.Next(1, damaged.Length + 1)]);
            try
            {
                run.Read();
            }
            catch (InvalidDataException e)
            {
                Assert.Matches("items.jsonl', line [1-9]", e.Message);
                refused++;
            }
        }
        Assert.True(refused > 400);
    }

    [Fact]
    public async Task APartIsWholeAndTheFirstStays()
    {
        var run = new WorkFolder(folder.At("run"));
        var item = new WorkItem("a", "{}");
        await Assert.ThrowsAsync<IOException>(() => run.WritePartAsync(item, part =>
        {
            File.WriteAllText(Path.Combine(part, "half"), "");
            throw new IOException("full");
        }));
        Assert.False(Path.Exists(run.PartOf(item)));
        await run.WritePartAsync(item, part => Write(part, "first"));
        await run.WritePartAsync(item, part => Write(part, "second"));
        Assert.Equal("first", File.ReadAllText(Path.Combine(run.PartOf(item), "text")));
        Assert.Single(Directory.GetFileSystemEntries(folder.At("run/parts")));

        static Task Write(string part, string text) =>
            File.WriteAllTextAsync(Path.Combine(part, "text"), text, Encoding.UTF8, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void UnfinishedWorkBeginsWithTheLastAttempts()
    {
        var run = new WorkFolder(folder.At("run"));
        var item = new WorkItem("a", "{}");
        string first = Begin(1);
        File.WriteAllText(first, "one");
        string third = Begin(3);
        Assert.Equal("one", File.ReadAllText(third));
        File.WriteAllText(third, "three");
        Assert.Equal("three", File.ReadAllText(Begin(4)));
        Assert.Equal("one", File.ReadAllText(first));
        run.DeleteUnfinished(item);
        Assert.Empty(Directory.GetFileSystemEntries(folder.At("run/unfinished")));

        string Begin(int attempt) => run.UnfinishedOf(item, attempt, File.Copy);
    }
}
