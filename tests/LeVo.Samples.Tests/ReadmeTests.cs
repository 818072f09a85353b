using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Samples.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void TheHostInTheReadmeIsTheOneThatCompilesHere()
    {
        string source = Read("tests/LeVo.Samples.Tests/ReadmeTests.cs"), readme = Read("README.md");
        string body = source.Split("    internal static async Task Host()\n    {\n")[1].Split("\n    }\n")[0];
        string host = string.Join('\n', body.Split('\n').Select(line => line.Length > 8 ? line[8..] : line.Trim()));
        Assert.Contains("```csharp\n" + host + "\n```\n", readme);
    }

    internal static async Task Host()
    {
        var services = new ServiceCollection();
        services.AddLeVo(options => options.ModelPath = "models/levo-demo").AddMusicCodec();
        await using ServiceProvider provider = services.BuildServiceProvider();
        var generator = provider.GetRequiredService<ISongGenerator>();
        Song song = await generator.GenerateAsync(new SongRequest
        {
            Lyrics = Lyrics.Parse("[verse] Morning light.Coffee and rain ; [chorus] Sing it out"),
            Description = "female, pop, piano, slow",
            Seed = 7,
        });
        await song.SaveAsync("song.flac");
    }

    [Fact]
    public async Task TheGeneratorForTestsIsTheOneThatCompilesHere()
    {
        string source = Read("tests/LeVo.Samples.Tests/SilentGenerator.cs");
        string type = source.Split("namespace LeVo.Samples.Tests;\n\n")[1];
        Assert.Contains("```csharp\n" + type + "```\n", Read("src/LeVo.Core/README.md"));

        // It does all that the samples ask of a generator.
        ISongGenerator generator = new SilentGenerator();
        SongStream stream = generator.StreamAsync(new(), null, TestContext.Current.CancellationToken);
        Assert.Equal(48_000, Assert.Single(await stream.ToListAsync(TestContext.Current.CancellationToken)).Length);
        Song song = await stream.Completion;
        string folder = Directory.CreateTempSubdirectory("levo-readme-").FullName;
        await song.SaveAsync(Path.Combine(folder, "song.flac"), TestContext.Current.CancellationToken);
        Assert.Equal(["song.flac", "song.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Directory.Delete(folder, recursive: true);
    }

    private static string Read(string path) =>
        File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");
}
