// LeVo.Core on the processor alone: no libtorch in the application. A named model from the configuration. Prints the tokens of
// a song.
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

var services = new ServiceCollection();
services.AddLeVo("demo", new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
{
    ["LeVo:ModelPath"] = "models/levo-demo",
    ["LeVo:Backend"] = "Cpu",
    ["LeVo:Precision"] = "Int8",
    ["LeVo:Generation:RepetitionWindow"] = "2",
}).Build().GetSection("LeVo"));
await using ServiceProvider provider = services.BuildServiceProvider();
SongTokens tokens = await provider.GetRequiredKeyedService<ITokenGenerator>("demo").GenerateTokensAsync(new SongRequest
{
    Lyrics = Lyrics.Parse("[verse] Morning light.Coffee and rain ; [chorus] Sing it out"),
    Description = "female, pop, piano, slow",
    Seed = 7,
    ProgressPath = "song.unfinished",
});
Console.WriteLine($"{tokens.Frames} frames");
foreach (SongPart part in Enum.GetValues<SongPart>())
    Console.WriteLine(string.Join(' ', tokens.Row(part).ToArray()));
string maps = File.Exists("/proc/self/maps") ? File.ReadAllText("/proc/self/maps") : "";
return tokens.Frames > 0 && !maps.Contains("libtorch", StringComparison.Ordinal) ? 0 : 1;
